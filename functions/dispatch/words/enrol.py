"""`/enrol`: a link to the page where the sender enrols. It goes to `approve`, which obeys it."""

from functions.dispatch.decisions import Case, Decision
from switchboard.control import Word
from switchboard.errors import UnclearError

WORD = Word(names=("enrol", "enroll", "绑定"), answers=True)


def obey(case: Case, rest: list[str]) -> Decision:
    """Raises UnclearError: an earlier release of ingest has sent it here."""
    raise UnclearError("an answer in the Inbox", say="answer_again")
