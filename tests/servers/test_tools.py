"""What every tool makes of a vendor that fails it, turns it away or talks nonsense."""

import socket
import time
import traceback
from importlib import import_module
from pathlib import Path

import pytest

from switchboard.errors import AppError, RateLimitedError, RejectedError, UnavailableError
from switchboard.net import exchange
from switchboard.sdk import manifest
from switchboard.sdk.manifest import Effect
from tests.kit.asker import Asker
from tests.kit.servers import Told, serving

SECRET = "hunter2-canary"
VALUES = {"github": {"repo": "octocat/Hello-World"}}
"""What the values of a connection must look like, where that matters."""
FOUND = [manifest.load(path.parent) for path in sorted(Path("functions/tools").glob("*/tool.yaml"))]
TOOLS = {one.name: one for one in FOUND if "connection" in one.hosts}
NOWHERE = {"Location": "http://127.0.0.1:1/"}
STATUSES = [200, 302, 400, 401, 403, 404, 409, 422, 429, 500, 503]

pytestmark = pytest.mark.parametrize("name", TOOLS)


def asking(name: str, endpoint: str) -> Asker:
    secrets = dict.fromkeys(TOOLS[name].secrets, SECRET)
    return Asker(name, {**secrets, **VALUES.get(name, {}), "endpoint": endpoint})


def failed(name: str, endpoint: str) -> tuple[Asker, AppError]:
    """Somebody who has asked for the first thing that can be read without an argument."""
    ask = asking(name, endpoint)
    operations = ask.tool.manifest.operations.items()
    reads = [name for name, one in operations if one.effect is Effect.READ]
    read = next(
        one for one in reads if "required" not in ask.tool.discover()["operations"][one]["schema"]
    )
    with pytest.raises((RejectedError, UnavailableError)) as caught:
        ask(read)
    return ask, caught.value


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_vendor_that_is_ill_or_not_there_is_unavailable(name, status):
    with serving(Told(status, b"")) as server:
        found = [failed(name, url)[1] for url in (server.url, "http://127.0.0.1:1")]

    assert {type(error) for error in found} == {UnavailableError}


@pytest.mark.parametrize("place", ["http://127.0.0.1:{port}/", "http://169.254.169.254/latest/"])
def test_a_vendor_that_sends_us_elsewhere_is_not_followed(name, place, monkeypatch):
    """CVE-2026-26322, CVE-2026-32913: the place is near, or has credentials."""
    monkeypatch.undo()  # the tests' own fence: this is about the guard
    with serving() as near:
        elsewhere = {"Location": place.format(port=near.server_port)}
        with serving(Told(302, b"", elsewhere)) as server:
            _, error = failed(name, server.url)
        assert near.connections == 0

    assert error.say in {"unavailable", "guarded"}


def test_a_vendor_that_never_answers_is_given_up(name, monkeypatch):
    modules = [
        import_module(f"functions.tools.{name}.{path.stem}")
        for path in Path("functions/tools", name).glob("[!_]*.py")
        if path.stem != "app"
    ]
    own = [(module, "TIMEOUT") for module in modules if "TIMEOUT" in vars(module)]
    for place in own or [(exchange, "TIMEOUT_SECONDS")]:
        assert getattr(*place) <= 10
        monkeypatch.setattr(*place, 0.2)
    began = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        _, error = failed(name, f"http://127.0.0.1:{silent.getsockname()[1]}")

    assert type(error) is UnavailableError
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(("headers", "wait"), [({"Retry-After": "7"}, 7), ({}, None)])
def test_a_vendor_that_asks_to_slow_down_is_obeyed(name, headers, wait):
    with serving(Told(429, b"", headers)) as server:
        _, error = failed(name, server.url)

    assert isinstance(error, RateLimitedError)
    assert error.retry_after == wait if wait else error.retry_after >= 1


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refusal_is_told_in_the_asker_s_language(name, status):
    with serving(Told(status, b"")) as server:
        ask, error = failed(name, server.url)

    assert isinstance(error, RejectedError)
    told = [ask.words(error) for ask.locale in ("en", "zh")]
    assert told[0].isascii()
    assert not told[1].isascii()


@pytest.mark.parametrize("status", STATUSES)
def test_no_secret_and_no_word_of_the_vendor_s_shows_in_an_error(name, status):
    body = b"<p>canary</p>" if status < 400 else b'{"message": "canary"}'
    with serving(Told(status, body)) as server:
        ask, error = failed(name, server.url)

    chain = "".join(traceback.format_exception(error))
    assert SECRET not in f"{chain} {error!r} {error.detail} {error.values} {ask!r} {vars(error)}"
    assert status == 422 or "canary" not in f"{error!r} {error.detail} {ask.words(error)}"
    assert ask.happened == []
