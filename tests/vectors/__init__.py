"""Known webhooks and what is to be said of them, judged by the channels themselves.

`tests/vectors/<the vector's channel>.py` has `judge(vector) -> str`: it asks the real code and says
`accept`, `reject`, or the text that came out of a primitive.
"""

import json
import re
from importlib import import_module
from importlib.util import find_spec
from typing import Any

PRODUCED = ("expected_plaintext", "expected_value", "expected_reply")


def has_judge(channel: str) -> bool:
    named = re.fullmatch(r"[a-z][a-z0-9_]*", channel)
    return named is not None and find_spec(f"tests.vectors.{channel}") is not None


def verdict(vector: dict[str, Any]) -> str:
    """What is wrong about our judgement of this vector; nothing when it is as expected."""
    if not has_judge(str(vector.get("channel"))):
        return "no judge for this channel"
    try:
        judged = import_module(f"tests.vectors.{vector['channel']}").judge(vector)
    except Exception as error:  # noqa: BLE001  whatever it raises, the vector has failed
        return f"{type(error).__name__}: {error}"
    return "" if _is_expected(vector, judged) else f"judged {judged[:200]}"


def _is_expected(vector: dict[str, Any], judged: str) -> bool:
    expected = vector["expected"]
    if expected in {"accept", "reject"}:
        return bool(judged == expected)
    wanted = [vector[name] for name in PRODUCED if name in vector]
    return bool(wanted) and all(_is(one, judged) for one in wanted)


def _is(wanted: Any, judged: str) -> bool:
    """Equal as text, as JSON, or to the only value that is wanted."""
    if isinstance(wanted, str):
        return judged == wanted
    if isinstance(wanted, dict) and list(wanted.values()) == [judged]:
        return True
    try:
        return bool(json.loads(judged) == wanted)
    except ValueError:
        return False
