"""GitHub's webhooks: what happens in a repository, for the people who subscribed to it.

Nobody says anything to us here, so nothing is planned: an event is told to people, in chats that
they chose. Source: docs.github.com/en/webhooks.
"""

import hmac
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import parse_qs

from msgspec import Meta, Struct

from switchboard.channels.base import (
    Received,
    Receiver,
    Response,
    Webhook,
    any_same,
    current,
    envelope_id,
    header,
    read_json,
    shape,
)
from switchboard.channels.kit.forms import is_form
from switchboard.errors import BadRequestError, BadSignatureError
from switchboard.models import Envelope, Sender
from switchboard.sdk.kit.words import plain

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
    id: int = 0
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


GHOST = _User(10137, "ghost")
"""Whom GitHub itself shows for an account that was deleted, which an event then does not name."""


class _Event(Struct):
    repository: _Repository
    requested_reviewer: _User | None = None
    requested_team: _Team | None = None
    sender: _User | None = None

    @property
    def by(self) -> _User:
        return self.sender if self.sender and self.sender.id else GHOST

    @property
    def asked(self) -> tuple[str, str]:
        """The id and the name of whom a review is asked of; empty when nobody is named."""
        if self.requested_reviewer is not None:
            return f"user:{self.requested_reviewer.id}", self.requested_reviewer.login
        if self.requested_team is not None:
            return f"team:{self.requested_team.id}", self.requested_team.name
        return "", ""


class GithubReceiver:
    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._secrets = current(values, "secret")

    def receive(self, webhook: Webhook) -> Received:
        """The event, if it is one that people subscribe to; the ping is none of them."""
        self._verify(webhook)
        envelope = self._envelope(read_json(_json_of(webhook)), webhook.received_at)
        return Received((envelope,) if envelope else (), Response(200, "{}"))

    def _verify(self, webhook: Webhook) -> None:
        """By SHA-256 only: the older header, of SHA-1, is not looked at."""
        expected = [
            f"sha256={hmac.digest(secret.encode(), webhook.body, 'sha256').hex()}"
            for secret in self._secrets
        ]
        if not any_same(header(webhook, "x-hub-signature-256"), expected):
            raise BadSignatureError("digest")

    def _envelope(self, found: Mapping[str, Any], now: float) -> Envelope | None:
        """The headers that name the event and its delivery are not signed, so both are read out of
        the body: a redelivery is about the same thing as the first.
        """
        about, topic = EVENTS.get(str(found.get("action")), ("", ""))
        if about not in found:
            return None
        event, subject = shape(found, _Event), shape(found[about], _Subject)
        if topic == "failures" and subject.conclusion not in FAILURES:
            return None
        # An issue is opened once; a review can be asked for again, and a run tried again.
        again = f"{event.asked[0]} {subject.updated_at}" if topic == "reviews" else ""
        message = f"{about} {subject.id} {subject.run_attempt} {again}"
        repository = event.repository.full_name.lower()
        return Envelope(
            id=envelope_id("github", self._account, repository, message),
            kind="event",
            topic=topic,
            channel="github",
            account=self._account,
            conversation=repository,
            sender=Sender(f"user:{event.by.id}", name=event.by.login),
            text=_line(event, subject),
            reply_to={},
            received_at=now,
        )


def _json_of(webhook: Webhook) -> bytes:
    """The event, which a form wraps; the signature covers the form as it came."""
    if not is_form(webhook):
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


_: type[Receiver] = GithubReceiver
