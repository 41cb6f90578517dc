"""The session for REST vendors: what it sends, and what comes of each kind of answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from msgspec import json

from switchboard.errors import (
    AppError,
    BadRequestError,
    NotAllowedError,
    RateLimitedError,
    UnavailableError,
)
from switchboard.net import exchange
from switchboard.net.exchange import HttpResponse
from switchboard.runtime import Runtime
from switchboard.sdk.kit.http import MAX_PAGES, WAIT_SECONDS, Session, basic, wait_of

API = "https://api.example/v1"


@dataclass
class Vendor:
    """Answers in order, and remembers what it was asked."""

    replies: list[HttpResponse | OSError] = field(default_factory=list)
    asked: list[tuple[str, str, bytes, Mapping[str, str]]] = field(default_factory=list)

    def __call__(self, *asked: Any) -> HttpResponse:
        self.asked.append(asked)
        reply = self.replies.pop(0)
        if isinstance(reply, OSError):
            raise reply
        return reply


@pytest.fixture
def vendor():
    made = Vendor()
    with Runtime() as runtime:
        runtime.give(exchange.current, made)
        yield made


def reply(content: Any = None, status: int = 200, **headers: str) -> HttpResponse:
    body = b"" if content is None else json.encode(content)
    return HttpResponse(
        status, {name.replace("_", "-"): one for name, one in headers.items()}, {}, body
    )


def session() -> Session:
    return Session(API, {"authorization": "Bearer t"})


def test_a_list_is_asked_for_with_its_query(vendor):
    vendor.replies += [reply([{"id": 1}])]

    assert session().get("tasks", filter="a b", limit=3) == [{"id": 1}]
    ((method, url, body, headers),) = vendor.asked
    assert (method, url, body) == ("GET", f"{API}/tasks?filter=a+b&limit=3", b"")
    assert headers["authorization"] == "Bearer t"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_what_is_sent_is_json(vendor, method):
    vendor.replies += [reply({"id": 2}, 201)]

    assert session().send(method, "/tasks", {"content": "牛奶"}) == {"id": 2}
    ((_, _, body, headers),) = vendor.asked
    assert json.decode(body) == {"content": "牛奶"}
    assert headers["content-type"] == "application/json"


@pytest.mark.parametrize("status", [200, 202, 204])
def test_an_answer_may_be_empty(vendor, status):
    vendor.replies += [reply(None, status)]

    assert session().send("POST", "tasks/1/close") is None


def test_pages_are_followed_as_far_as_they_are_read(vendor):
    vendor.replies += [
        reply([1, 2], link=f'<{API}/t?page=1>; rel="prev", <{API}/t?page=2>; rel="next"'),
        reply([3], link='</v1/t?page=3>; rel="next"'),
        reply([4]),
    ]

    assert list(session().pages("t", size=2)) == [1, 2, 3, 4]
    asked = [url.removeprefix(f"{API}/t?") for _, url, _, _ in vendor.asked]
    assert asked == ["size=2", "page=2", "page=3"]


@pytest.mark.parametrize(
    ("place", "followed"),
    [
        *((elsewhere, 1) for elsewhere in ("https://evil.example/v1/t", "//evil.example/v1/t")),
        ("/v2/t", 1),
        (f"{API}/t", MAX_PAGES),
    ],
)
def test_pages_elsewhere_are_not_followed_nor_those_without_end(vendor, place, followed):
    vendor.replies += [reply([1], link=f'<{place}>; rel="next"')] * (MAX_PAGES + 1)

    assert list(session().pages("t")) == [1] * followed


@pytest.mark.parametrize(
    ("status", "kind", "says"),
    [
        (302, UnavailableError, "unavailable"),
        (400, BadRequestError, "vendor_refuses"),
        (401, NotAllowedError, "vendor_login"),
        (403, NotAllowedError, "vendor_forbids"),
        (404, BadRequestError, "vendor_lacks"),
        (422, BadRequestError, "vendor_refuses"),
        (429, RateLimitedError, "rate_limited"),
        (500, UnavailableError, "unavailable"),
        (503, UnavailableError, "unavailable"),
    ],
)
def test_a_status_is_one_of_our_errors(vendor, status, kind, says):
    wait = {"retry_after": "7"} if status == 429 else {}
    vendor.replies += [reply({"message": "secret words"}, status, **wait)]

    with pytest.raises(kind) as caught:
        session().get("tasks")
    error = caught.value
    assert (type(error), error.say) == (kind, says)
    assert "secret" not in f"{error.detail}{error.values}"
    if isinstance(error, RateLimitedError):
        assert error.retry_after == 7


@pytest.mark.parametrize("headers", [{"retry_after": "7"}, {"x_ratelimit_remaining": "0"}])
def test_a_403_may_be_a_limit(vendor, headers):
    vendor.replies += [reply({}, 403, **headers)]

    with pytest.raises(RateLimitedError):
        session().get("tasks")


def test_what_is_wrong_with_a_call_is_said_in_the_vendors_words_where_they_are_known(vendor):
    vendor.replies += [reply({"message": "*title*\u202e is missing"}, 422)]

    with pytest.raises(BadRequestError) as caught:
        Session(API, {}, reason=lambda told: told["message"]).send("POST", "tasks", {})
    assert (caught.value.say, caught.value.values) == (
        "vendor_says",
        {"words": "\\*title\\* is missing"},
    )
    assert "title" not in caught.value.detail


@pytest.mark.parametrize("told", [None, [], {"message": {}}, {"other": "words"}, "words"])
def test_words_of_another_shape_are_none(vendor, told):
    vendor.replies += [reply(told, 422)]

    with pytest.raises(BadRequestError) as caught:
        Session(API, {}, reason=lambda told: told["message"]).get("tasks")
    assert caught.value.say == "vendor_refuses"


@pytest.mark.parametrize("status", [401, 404, 409])
def test_a_status_that_has_a_phrase_is_said_by_it(vendor, status):
    vendor.replies += [reply({"message": "words"}, status)]

    with pytest.raises(AppError) as caught:
        Session(API, {}, says={409: "conflict"}, reason=lambda told: told["message"]).get("tasks")
    assert caught.value.say == {401: "vendor_login", 404: "vendor_lacks", 409: "conflict"}[status]


def test_pages_are_counted_where_their_number_is_told(vendor):
    told = {"total_page": "2"}  # Gitee's, with its underscore
    vendor.replies += [HttpResponse(200, told, {}, b"[1]"), HttpResponse(200, told, {}, b"[2]")]

    assert list(session().pages("t", state="open", page=1)) == [1, 2]
    asked = [url.removeprefix(f"{API}/t?") for _, url, _, _ in vendor.asked]
    assert asked == ["state=open&page=1", "state=open&page=2"]


def test_files_are_exchanged_as_they_are(vendor):
    vendor.replies += [HttpResponse(207, {}, {}, b"<multistatus/>")]

    headers = {"depth": "1", "accept": "text/xml"}
    found = session().exchange("PROPFIND", "a%20b/", b"<propfind/>", headers)
    assert (found.status, found.content) == (207, b"<multistatus/>")
    ((method, url, body, sent),) = vendor.asked
    assert (method, url, body) == ("PROPFIND", f"{API}/a%20b/", b"<propfind/>")
    assert sent == {"accept": "text/xml", "authorization": "Bearer t", "depth": "1"}


def test_a_password_is_sent_as_the_standard_says():
    assert basic("Aladdin", "open sesame") == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    assert basic("test", "123\N{POUND SIGN}") == "Basic dGVzdDoxMjPCow=="  # RFC 7617, 2.1


@pytest.mark.parametrize("broken", [TimeoutError(), HttpResponse(200, {}, {}, b"<html>")])
def test_no_answer_or_one_that_is_no_json_is_unavailable(vendor, broken):
    vendor.replies += [broken]

    with pytest.raises(UnavailableError):
        session().get("tasks")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "30"}, 30),
        ({"retry-after": "0"}, 1),
        ({"retry-after": "Thu, 01 Jan 2026 00:01:00 GMT"}, 60),
        ({"x-ratelimit-reset": "1767225690"}, 90),
        ({"retry-after": "soon"}, WAIT_SECONDS),
        ({}, WAIT_SECONDS),
    ],
)
def test_the_wait_is_the_vendors_by_its_own_clock(headers, seconds):
    assert wait_of({"date": "Thu, 01 Jan 2026 00:00:00 GMT", **headers}) == seconds
