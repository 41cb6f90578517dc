"""GitHub's webhooks: what happens in a repository, for the people who subscribed to it.

Nobody says anything to us here, so nothing is planned: an event is told to people, in chats that
they chose. Source: docs.github.com/en/webhooks.
"""

import hmac
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import parse_qs

from msgspec import Meta, Struct

from switchboard.channels.base import (
    Limits,
    Part,
    Response,
    Webhook,
    any_same,
    current,
    envelope_id,
    header,
    read_json,
    shape,
)
from switchboard.errors import BadRequestError, BadSignatureError, RejectedError
from switchboard.models import Envelope, ReplyTo, Sender
from switchboard.net.http import Download
from switchboard.sdk.kit.words import plain

FORM = "application/x-www-form-urlencoded"
EVENTS = {
    "opened": ("issue", "issues"),
    "review_requested": ("pull_request", "reviews"),
    "completed": ("workflow_run", "failures"),
}
"""By what happened: the thing that it happened to, and what people subscribe to."""
FAILURES = {"failure", "timed_out", "startup_failure"}
MAX_TITLE = 200
"""Characters that are told of a title, which anybody may have written."""


class _User(Struct):
    id: int
    login: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.\[\]-]{0,100}\Z")] = ""


class _Team(Struct):
    id: int
    name: str = ""


class _Repository(Struct):
    full_name: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}\Z")]


class _Subject(Struct):
    """An issue, a pull request, or a run of a workflow."""

    id: int
    number: int = 0
    title: str = ""
    name: str | None = ""
    html_url: Annotated[str, Meta(pattern=r"^(https://[\w.:-]+/[\w./-]{1,300})?\Z")] = ""
    conclusion: str | None = ""
    run_number: int = 0
    run_attempt: int = 0
    updated_at: str = ""


class _Event(Struct):
    sender: _User
    repository: _Repository
    requested_reviewer: _User | None = None
    requested_team: _Team | None = None

    @property
    def asked(self) -> tuple[str, str]:
        """The id and the name of whom a review is asked of; empty when nobody is named."""
        if self.requested_reviewer is not None:
            return f"user:{self.requested_reviewer.id}", self.requested_reviewer.login
        if self.requested_team is not None:
            return f"team:{self.requested_team.id}", self.requested_team.name
        return "", ""


class Github:
    methods = ("POST",)
    inbound = ("secret",)
    outbound = ()
    content_types = ("application/json", FORM)
    limits = Limits(text=65_000)
    takes_files = False
    takes_buttons = False
    sends_once = True

    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._values = values

    def verify(self, webhook: Webhook) -> None:
        """By SHA-256 only: the older header, of SHA-1, is not looked at."""
        expected = [
            "sha256=" + hmac.new(secret.encode(), webhook.body, "sha256").hexdigest()
            for secret in current(self._values, "secret")
        ]
        if not any_same(header(webhook, "x-hub-signature-256"), expected):
            raise BadSignatureError("digest")

    def handshake(self, webhook: Webhook) -> Response | None:
        return None  # the ping is one of the events that nobody subscribes to

    def parse(self, webhook: Webhook) -> list[Envelope]:
        """The event, if it is one that people subscribe to.

        The headers that name the event and its delivery are not signed, so both are read out of
        the body: a redelivery is about the same thing as the first.
        """
        found = read_json(_json_of(webhook))
        about, topic = EVENTS.get(str(found.get("action")), ("", ""))
        if about not in found:
            return []
        event, subject = shape(found, _Event), shape(found[about], _Subject)
        if topic == "failures" and subject.conclusion not in FAILURES:
            return []
        # An issue is opened once; a review can be asked for again, and a run tried again.
        again = f"{event.asked[0]} {subject.updated_at}" if topic == "reviews" else ""
        message = f"{about} {subject.id} {subject.run_attempt} {again}"
        repository = event.repository.full_name.lower()
        return [
            Envelope(
                id=envelope_id("github", self._account, repository, message),
                kind="event",
                topic=topic,
                channel="github",
                account=self._account,
                conversation=repository,
                sender=Sender(f"user:{event.sender.id}", name=event.sender.login),
                text=_line(event, subject),
                reply_to={},
                received_at=webhook.received_at,
            )
        ]

    def acknowledge(self, webhook: Webhook) -> Response:
        return Response(200, "{}")

    def render(self, markdown: str) -> str:
        return markdown

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        raise RejectedError("an event is not answered where it happened")

    def download(self, source: Mapping[str, str]) -> Download:
        raise RejectedError("no files come this way")


def _json_of(webhook: Webhook) -> bytes:
    """The event, which a form wraps; the signature covers the form as it came."""
    if not webhook.headers.get("content-type", "").lower().startswith(FORM):
        return webhook.body
    try:
        fields = parse_qs(webhook.body.decode("ascii"), max_num_fields=5, errors="strict")
        return fields["payload"][0].encode()
    except (ValueError, KeyError) as error:
        raise BadRequestError("a form without a payload") from error


def _line(event: _Event, subject: _Subject) -> str:
    """The thing, and whom it asks, as Markdown in which other people's words mean nothing."""
    where = f"{event.repository.full_name}#{subject.number or subject.run_number}"
    linked = f"[{_short(where)}]({subject.html_url})" if subject.html_url else _short(where)
    words = [linked, _short(subject.title or subject.name or "")]
    words += ["→", _short(event.asked[1])] if event.asked[1] else []
    return " ".join(word for word in words if word)


def _short(text: str) -> str:
    return plain(text, MAX_TITLE)
