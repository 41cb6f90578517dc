"""What GitHub's things look like in a chat: Markdown, in the asker's words."""

import re
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

Say = Callable[..., str]
Json = dict[str, Any]

MAX_EXCERPT = 1500
"""Characters of somebody's text shown in a chat; the rest is in the stored object."""

MAX_PROBLEM = 200

# GitHub's own words for which `tool.yaml` has phrases; it may add to them at any time
_RUN_STATES = {"queued", "in_progress", "success", "failure", "cancelled", "skipped", "timed_out"}
_PROBLEMS = {"missing", "missing_field", "invalid", "already_exists", "unprocessable"}

_MARK = re.compile(r"\s*<!-- switchboard:[0-9a-f-]{36} -->\s*$")


def mark(key: UUID) -> str:
    """The trace a call leaves in what it writes; GitHub's own pages do not show it."""
    return f"<!-- switchboard:{key} -->"


def unmarked(body: str | None) -> str:
    return _MARK.sub("", body or "")


def plain(text: str) -> str:
    """Other people's words on one line, without the power to make links, headings or code."""
    return re.sub(r"([\\`*#\[\]<>|~])", r"\\\1", " ".join(text.split()))


def excerpt(text: str) -> str:
    return text if len(text) <= MAX_EXCERPT else text[:MAX_EXCERPT].rstrip() + " …"


def quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in excerpt(text).splitlines())


def fenced(text: str) -> str:
    """Code, in a fence longer than any run of backticks in it."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text.rstrip()}\n{fence}"


def size(count: int) -> str:
    return f"{count} B" if count < 1000 else f"{count / 1000:.1f} kB"  # noqa: PLR2004


def link(thing: Json) -> str:
    return f"[#{thing['number']}]({thing['url']}) {plain(thing['title'])}"


def listing(say: Say, heading: str, lines: Iterable[str], *, more: bool) -> str:
    found = [f"- {line}" for line in lines]
    if not found:
        return say("nothing")
    return "\n".join([heading, "", *found, *(["", say("more")] if more else [])])


def issue(say: Say, thing: Json) -> str:
    count = thing["comments"]
    comments = say("comment") if count == 1 else say("comments", count=count)
    words = [say(thing["state"]), comments]
    return f"{link(thing)}{_aside(say, words)} — @{plain(thing['user'])}"


def whole_issue(say: Say, thing: Json) -> str:
    parts = [issue(say, thing), quoted(thing["body"])]
    if thing["labels"]:
        parts.append(say("labels", labels=", ".join(map(plain, thing["labels"]))))
    return "\n\n".join(filter(None, parts))


def pull(say: Say, thing: Json) -> str:
    state = say("merged_state" if thing["merged"] else thing["state"])
    words = [state, *([say("draft")] if thing["draft"] else [])]
    branches = f"{plain(thing['head'])} → {plain(thing['base'])}"
    return f"{link(thing)}{_aside(say, [*words, branches])} — @{plain(thing['user'])}"


def run(say: Say, thing: Json) -> str:
    state = thing["conclusion"] or thing["status"]
    words = say(f"run_{state}") if state in _RUN_STATES else plain(state.replace("_", " "))
    when = f"{thing['created_at']:%Y-%m-%d %H:%M} UTC"
    aside = _aside(say, [words, plain(thing["branch"]), when])
    return f"{link(thing)}{aside} — @{plain(thing['user'])}"


def entry(thing: Json) -> str:
    folder = thing["type"] == "dir"
    return f"`{thing['name']}/`" if folder else f"`{thing['name']}` ({size(thing['size'])})"


def problems(say: Say, reply: Json) -> str:
    """What GitHub finds wrong, one line each, from a reply with the status 422."""
    found = [_problem(say, error) for error in reply.get("errors") or [reply.get("message", "")]]
    return "\n".join(f"- {problem}" for problem in found)


def _problem(say: Say, error: Json | str) -> str:
    if isinstance(error, str):
        return plain(error[:MAX_PROBLEM])
    field = error.get("field") or error.get("resource") or "?"
    if error.get("code") in _PROBLEMS:
        return say(f"problem_{error['code']}", field=field)
    words = str(error.get("message") or error.get("code") or "?")
    return say("problem_other", field=field, words=plain(words[:MAX_PROBLEM]))


def repository(say: Say, thing: Json) -> str:
    kinds = [say(kind) for kind in ("private", "archived") if thing[kind]]
    head = f"[{thing['full_name']}]({thing['url']}){_aside(say, kinds)}"
    facts = [
        say("stars", count=thing["stars"]),
        say("open_items", count=thing["open_items"]),
        say("branch", branch=thing["default_branch"]),
    ]
    parts = [head, quoted(plain(thing["description"])), say("and").join(facts)]
    return "\n\n".join(filter(None, parts))


def _aside(say: Say, words: list[str]) -> str:
    return say("aside", words=say("and").join(words)) if words else ""
