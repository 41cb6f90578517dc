"""Every command of the READMEs, and how a machine runs it as it is written there."""

import re
from dataclasses import dataclass
from pathlib import Path

READMES = ("README.md", "README.zh.md")
AUTHOR = "docs/tool-author.md"
TYPED = re.compile(r"^\$ (.+?)\s*(?:#.*)?$", re.MULTILINE)
INLINE = re.compile(r"`((?:(?:\.venv(?:-sam)?/bin/)?(?:switchboard|sam)|make|python) [^`…]+)`")

BEFORE, WITH, AFTER, ELSEWHERE, CI, A_NAME = "before", "with", "after", "elsewhere", "CI", "a name"
"""When it is run: before the stack runs, with it, after it; by another step of the hour; by CI
itself, which asks here whether make knows it; or it is no command, but what one is called."""
SIGN_IN = "no AWS (credentials|region)"

NO_PYTHON = r"python3\.13: .*not found|credentials|region"
"""The page says which Python it needs; where that is, it is AWS that is missing."""


@dataclass(frozen=True)
class How:
    """When a command is run, the status that it ends with, and what it says on either output."""

    when: str
    says: str = ""
    status: int = 0
    line: bool = False
    """What it says on the error output is one line."""


def no_credentials(when: str) -> How:
    return How(when, SIGN_IN, 1, line=True)


TABLE = {
    "source .venv/bin/activate": How(WITH),
    ".venv/bin/switchboard link": How(WITH, r"^http\S+#session="),
    '.venv/bin/switchboard try "/help"': How(WITH, "calendar"),
    "switchboard channels url slack": How(WITH, "/webhook/slack/main$"),
    "switchboard connect slack/main signing_secret=… bot_token=xoxb-…": How(WITH, "is connected"),
    "switchboard channels check slack": How(WITH, "credentials"),
    "switchboard pair slack/main/T123:U456 ada --role member": How(WITH, "acts as ada"),
    "switchboard runs": How(WITH, "SENT"),
    "switchboard ledger show RUN": How(WITH, "answer"),
    "switchboard doctor": How(WITH, "all is well"),
    "switchboard redrive": How(WITH),
    "switchboard factor enrol ada": How(WITH, "code", 1),  # it asks, and nobody answers
    "switchboard unpair SENDER": How(WITH, "nobody"),
    "make invoke EVENT=ingest/web_message": How(WITH, '"statusCode": 200'),
    "make deploy": no_credentials(AFTER),
    "switchboard --stack switchboard-dev connect web/main session_secret=$(openssl rand -hex 32)": (
        no_credentials(AFTER)
    ),
    "switchboard --stack switchboard-dev pair web/main/ada ada --role admin": no_credentials(AFTER),
    "switchboard --stack switchboard-dev link ada": no_credentials(AFTER),
    "sam build": How(A_NAME),
    "sam deploy": How(A_NAME),
    "sam local": How(A_NAME),
    "sam build && sam deploy": How(AFTER, NO_PYTHON, 1),
    "make run": How(ELSEWHERE),
    "make run PORT=4666": How(ELSEWHERE),
    "make tool NAME=todoist": How(ELSEWHERE),
    "make check TOOL=todoist": How(ELSEWHERE),
    **dict.fromkeys(
        (
            "make test",
            "make simulate",
            "make bench",
            "make smoke",
            "make smoke FAULTS=1",
            "make hour",
        ),
        How(CI),
    ),
}


def commands(page: str) -> list[str]:
    """What a page has people type: after a `$`, and between backticks."""
    text = Path(page).read_text(encoding="utf-8")
    return TYPED.findall(text) + INLINE.findall(text)


def blocks(page: str) -> list[str]:
    """What is typed into a terminal, in order."""
    return TYPED.findall(Path(page).read_text(encoding="utf-8"))
