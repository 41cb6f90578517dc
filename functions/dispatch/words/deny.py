"""`/deny`: a no to a question. It goes to the function `approve`, which obeys it."""

from functions.dispatch.decisions import Case, Decision
from switchboard.control import Word
from switchboard.errors import UnclearError

WORD = Word(names=("deny", "拒绝"), usage="REF", answers=True)


def obey(case: Case, rest: list[str]) -> Decision:
    """Raises UnclearError: an earlier release of ingest has sent it here."""
    raise UnclearError("an answer in the Inbox", say="answer_again")
