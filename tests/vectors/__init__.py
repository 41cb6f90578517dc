"""Known webhooks and what is to be said of them, judged by the channels themselves.

`accept`, `reject`, or the text that came out of a primitive, is what the real code says: by
`judge(vector) -> str` in `tests/vectors/<the vector's channel>.py` where a vector needs more than
its keys and its webhook.
"""

import json
import re
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from switchboard.channels import registry
from switchboard.errors import RejectedError
from tests.vectors.judging import Vector, judged

Judge = Callable[[Vector], str]
PRODUCED = ("expected_plaintext", "expected_value", "expected_reply")


def judge_of(channel: str) -> Judge | None:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", channel):
        return None
    if find_spec(f"tests.vectors.{channel}") is not None:
        found: Judge = import_module(f"tests.vectors.{channel}").judge
        return found
    if registry.known(channel):
        return lambda vector: judged(channel, vector["keys"], vector)
    return None


def verdict(vector: dict[str, Any]) -> str:
    """What is wrong about our judgement of this vector; nothing when it is as expected."""
    judge = judge_of(str(vector.get("channel")))
    if judge is None:
        return "no judge for this channel"
    try:
        said = judge(vector)
    except (ValueError, KeyError, RejectedError):
        said = "reject"  # a key that is none, or a part that is missing, proves nothing
    except Exception as error:  # noqa: BLE001  whatever it raises, the vector has failed
        return f"{type(error).__name__}: {error}"
    return "" if _is_expected(vector, said) else f"judged {said[:200]}"


def _is_expected(vector: dict[str, Any], said: str) -> bool:
    expected = vector["expected"]
    if expected in {"accept", "reject"}:
        return bool(said == expected)
    wanted = [vector[name] for name in PRODUCED if name in vector]
    return bool(wanted) and all(_is(one, said) for one in wanted)


def _is(wanted: Any, said: str) -> bool:
    """Equal as text, as JSON, or to the only value that is wanted."""
    if isinstance(wanted, str):
        return said == wanted
    if isinstance(wanted, dict) and list(wanted.values()) == [said]:
        return True
    try:
        return bool(json.loads(said) == wanted)
    except ValueError:
        return False
