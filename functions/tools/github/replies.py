"""What GitHub's replies come to: answers in Markdown and JSON, or errors of ours."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from email.utils import mktime_tz, parsedate_tz
from functools import reduce
from typing import Any
from uuid import UUID

from switchboard import errors
from switchboard.sdk.adapter import Call, File, Output

Say = Callable[..., str]
Json = dict[str, Any]

MAX_EXCERPT = 1500  # characters that a chat is shown; the answer's content has all
# GitHub's statuses and words for which `tool.yaml` has phrases; it may use others
REFUSALS = {401, 403, 404, 405, 409, 410}
PROBLEMS = {"missing", "missing_field", "invalid", "already_exists", "unprocessable"}
RUN_STATES = {"queued", "in_progress", "success", "failure", "cancelled", "skipped", "timed_out"}

# The facts shown of each of GitHub's objects, as our_name=where.it.has.them
REPOSITORY = (
    "full_name url=html_url description default_branch private archived"
    " stars=stargazers_count open_items=open_issues_count"
)
LINK = "number title url=html_url"
ISSUE = f"{LINK} state comments user=user.login labels=labels.name created_at"
PULL = f"{LINK} state draft user=user.login head=head.ref base=base.ref created_at merged_at"
RUN = (
    "number=run_number title=name url=html_url status conclusion branch=head_branch"
    " user=actor.login created_at"
)
ENTRY = "name type size"


def error_for(status: int, headers: Json, body: Any, say: Say, about: str) -> errors.AppError:
    """Ours for GitHub's. Its own words are shown only where they say what is wrong with a call."""
    told = headers.get("x-ratelimit-remaining") == "0" or "retry-after" in headers
    if status == 429 or (status == 403 and told):  # noqa: PLR2004  read as statuses, not as numbers
        return errors.RateLimitedError(f"github answered {status}", retry_after=_wait(headers))
    if status >= 500:  # noqa: PLR2004
        return errors.UnavailableError(f"github answered {status}")
    if status == 422:  # noqa: PLR2004
        found = body.get("errors") or [body.get("message") or "?"]
        problems = "\n".join(f"- {_problem(say, error)}" for error in found)
        return errors.BadRequestError("github answered 422", say="invalid", problems=problems)
    kind = errors.NotAllowedError if status in (401, 403) else errors.BadRequestError
    phrase = f"status_{status}" if status in REFUSALS else "refused"
    return kind(f"github answered {status}", say=phrase, subject=about)


def _wait(headers: Json) -> float:
    """Seconds: those GitHub names, or until the time it names by its own clock, or its advice."""
    after, reset = headers.get("retry-after", ""), headers.get("x-ratelimit-reset", "")
    now = parsedate_tz(headers.get("date", ""))
    wait = float(reset) - mktime_tz(now) if reset.isdigit() and now else 60.0
    return max(1.0, float(after) if after.isdigit() else wait)


def _problem(say: Say, error: Json | str) -> str:
    if isinstance(error, str):
        return plain(_excerpt(error))
    field = error.get("field") or error.get("resource") or "?"
    if error.get("code") in PROBLEMS:
        return say(f"problem_{error['code']}", field=field)
    words = str(error.get("message") or error.get("code") or "?")
    return say("problem_other", field=field, words=plain(_excerpt(words)))


def mark(key: UUID) -> str:
    """The trace a call leaves in what it writes; GitHub's pages do not show it."""
    return f"<!-- switchboard:{key} -->"


def repository(say: Say, thing: object) -> Output:
    found = _picked(thing, REPOSITORY)
    kinds = [say(kind) for kind in ("private", "archived") if found[kind]]
    facts = [say("stars", count=found["stars"]), say("open_items", count=found["open_items"])]
    facts.append(say("branch", branch=found["default_branch"]))
    head = f"[{found['full_name']}]({found['url']}){_aside(say, kinds)}"
    parts = [head, _quoted(plain(found["description"] or "")), say("and").join(facts)]
    return Output(text="\n\n".join(filter(None, parts)), content=found)


def whole_issue(say: Say, thing: Any) -> Output:
    body = re.sub(r"\s*<!-- switchboard:[0-9a-f-]{36} -->\s*$", "", thing.body or "")
    found = _picked(thing, ISSUE) | {"body": body}
    labels = ", ".join(map(plain, found["labels"]))
    parts = [_issue(say, found), _quoted(found["body"]), labels and say("labels", labels=labels)]
    return Output(text="\n\n".join(filter(None, parts)), content=found)


def file(call: Call, repo: str, path: str, raw: bytes) -> Output:
    """A text file: its beginning to read and, when there is more, the whole attached."""
    text = raw.decode(errors="surrogateescape")
    if re.search("[\0\udc80-\udcff]", text):
        raise errors.BadRequestError("not text", say="binary", path=path)
    heading = call.say("file", path=path, repo=repo, size=_size(len(raw)))
    # Longer than any run of backticks in it
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    parts, files = [heading, f"{fence}\n{_excerpt(text).rstrip()}\n{fence}"], []
    if len(text) > MAX_EXCERPT:
        parts.append(call.say("rest_attached"))
        whole = call.workdir / "file"
        whole.write_bytes(raw)
        files.append(File(path.rpartition("/")[2], "text/plain", whole))
    content = {"repo": repo, "path": path, "size": len(raw), "text": text}
    return Output(text="\n\n".join(parts), content=content, files=tuple(files))


def listing(say: Say, kind: str, things: Sequence[object], limit: int, **about: object) -> Output:
    """At most `limit` of the things; that there is one more says that there are more."""
    fields, line = LISTINGS[kind]
    found = [_picked(thing, fields) for thing in things[:limit]]
    more = len(things) > limit
    lines = [f"- {line(say, one)}" for one in found]
    parts = [say(kind, **about), "\n".join(lines)] if lines else [say("nothing")]
    text = "\n\n".join([*parts, say("more")] if more else parts)
    return Output(text=text, content={"items": found, "more": more})


def done(say: Say, phrase: str, thing: Any, **more: str) -> Output:
    """What was done, without a word of anybody else's."""
    content = {"number": thing.number, "url": thing.html_url} | more
    link = f"[#{thing.number}]({thing.html_url})"
    return Output(text=say(phrase, link=link, **content), content=content, tainted=False)


def plain(text: str) -> str:
    """Other people's words on one line, without the power to make links, headings or code."""
    return re.sub(r"([\\`*#\[\]<>|~])", r"\\\1", " ".join(text.split()))


def _issue(say: Say, found: Json) -> str:
    comments = say("comment" if found["comments"] == 1 else "comments", count=found["comments"])
    return _line(found, _aside(say, [say(found["state"]), comments]))


def _pull(say: Say, found: Json) -> str:
    state = say("merged_state" if found["merged_at"] else found["state"])
    words = [state, *([say("draft")] if found["draft"] else [])]
    branches = f"{plain(found['head'])} → {plain(found['base'])}"
    return _line(found, _aside(say, [*words, branches]))


def _run(say: Say, found: Json) -> str:
    state = found["conclusion"] or found["status"] or "?"
    words = say(f"run_{state}") if state in RUN_STATES else plain(state.replace("_", " "))
    when = found["created_at"][:16].replace("T", " ") + " UTC"
    return _line(found, _aside(say, [words, plain(found["branch"] or "?"), when]))


def _entry(say: Say, found: Json) -> str:
    folder, aside = found["type"] == "dir", _aside(say, [_size(found["size"])])
    return f"`{found['name']}/`" if folder else f"`{found['name']}`{aside}"


LISTINGS: dict[str, tuple[str, Callable[[Say, Json], str]]] = {
    "issues": (ISSUE, _issue),
    "found": (ISSUE, _issue),
    "pulls": (PULL, _pull),
    "runs": (RUN, _run),
    "folder": (ENTRY, _entry),
}


def _line(found: Json, aside: str) -> str:
    user = plain(found["user"] or "ghost")  # as GitHub itself calls a deleted account
    return f"[#{found['number']}]({found['url']}) {plain(found['title'] or '')}{aside} — @{user}"


def _aside(say: Say, words: list[str]) -> str:
    return say("aside", words=say("and").join(words)) if words else ""


def _excerpt(text: str) -> str:
    return text if len(text) <= MAX_EXCERPT else text[:MAX_EXCERPT].rstrip() + " …"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in _excerpt(text).splitlines())


def _size(count: int) -> str:
    return f"{count} B" if count < 1000 else f"{count / 1000:.1f} kB"  # noqa: PLR2004


def _picked(thing: object, fields: str) -> Json:
    pairs = [field.partition("=") for field in fields.split()]
    return {name: reduce(_attribute, (path or name).split("."), thing) for name, _, path in pairs}


def _attribute(thing: Any, name: str) -> Any:
    """Null-safe, since a deleted account leaves no user behind; and JSON, so no datetimes."""
    if isinstance(thing, list):
        return [getattr(one, name) for one in thing]
    value = getattr(thing, name, None)
    return value.isoformat() if isinstance(value, datetime) else value
