"""Commands in an answer, as they can be typed in its channel: some keep a slash to themselves."""

import re

from msgspec import structs

from switchboard.ledger.replies import Reply


def typable(reply: Reply, begins: str) -> Reply:
    """With the commands in our own words as they can be typed there; what others wrote stays."""
    if begins == "/":
        return reply
    result = reply.result
    if result.error:
        error = structs.replace(result.error, message=begun(result.error.message, begins))
        return structs.replace(reply, result=structs.replace(result, error=error))
    outcome = result.result
    if not outcome or outcome.tainted:
        return reply
    outcome = structs.replace(outcome, text=begun(outcome.text, begins))
    return structs.replace(reply, result=structs.replace(result, result=outcome))


def begun(text: str, begins: str) -> str:
    """Words of our own, with their commands as they can be typed."""
    return re.sub(r"(?<!`)`/(?=[^`\s/])", f"`{begins}", text)
