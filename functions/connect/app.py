"""The page where a person gives a tool their own credential, by a link that is good once.

The link's ticket is behind its `#`, which no browser sends with an address: a script moves it into
a form, so that no log of anybody's has it, and whoever only looks at the link, as chats do to show
what is there, learns nothing and uses nothing.
"""

import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from functions.connect import authorising, giving
from switchboard import observe, pages
from switchboard.errors import BadRequestError, NotAllowedError, UnavailableError
from switchboard.pages import Answer, Request
from switchboard.phrases import public, say


@observe.stage("connect")
def handler(event: Mapping[str, Any], context: Any) -> Answer:
    """Answer one HTTP API request (payload version 2.0)."""
    asked = pages.request_of(event)
    try:
        answer = _answered(asked, time.time())
    except UnavailableError as error:
        observe.warn("vendor unavailable", detail=error.detail)
        text = say("page_unavailable", asked.locale)
        answer = _problem(asked, text, HTTPStatus.SERVICE_UNAVAILABLE)
    except (BadRequestError, NotAllowedError) as error:
        answer = _problem(asked, public(error, asked.locale), HTTPStatus.BAD_REQUEST)
    if answer["statusCode"] >= HTTPStatus.BAD_REQUEST:
        observe.log("refused", status=int(answer["statusCode"]))
    return answer


def _answered(asked: Request, now: float) -> Answer:
    step = STEPS.get((asked.method, asked.name))
    if step is None:
        raise NotAllowedError("no such page", say="no_such_page")
    if asked.method == "POST" and not asked.is_ours:
        raise NotAllowedError("another site's form", say="not_from_here")
    return step(asked, now)


def _link(asked: Request, now: float) -> Answer:
    """What the link leads to: the same for everybody."""
    label = pages.field("ticket", say("page_ticket", asked.locale), required=True)
    form = pages.form("link", say("page_go_on", asked.locale), label)
    return pages.page(asked.locale, say("page_connect", asked.locale), form, script=pages.TAKE)


def _problem(asked: Request, text: str, status: HTTPStatus) -> Answer:
    title = say("page_problem", asked.locale)
    return pages.page(asked.locale, title, pages.paragraph(text, problem=True), status=status)


STEPS: dict[tuple[str, str], Callable[[Request, float], Answer]] = {
    ("GET", "link"): _link,
    ("POST", "link"): giving.shown,
    ("POST", "credential"): giving.given,
    ("POST", "authorise"): authorising.begun,
    ("GET", "callback"): authorising.ended,
}
