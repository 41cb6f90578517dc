"""HTTP to platforms: what is sent, what is made of the answers, and where files may come from."""

import json
from email import message_from_bytes
from email.policy import HTTP
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.errors import RateLimitedError, RejectedError, UnavailableError
from switchboard.net import exchange, http
from switchboard.runtime import current
from tests.kit.chat import Chat
from tests.kit.clock import Clock
from tests.kit.ports import Ports
from tests.kit.servers import Told, serving

OK = Told(body=b'{"ok":true}')
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)


def read(url, *, hosts, limit=100, headers=None):
    download = http.stream(url, headers, hosts=hosts, limit=limit)
    return download.media_type, b"".join(download.chunks)


@pytest.fixture
def chat():
    """The platforms in memory, for addresses that are not of this machine."""
    made = Chat(Ports(Clock()))
    current().give(exchange.current, made)
    return made


def test_json_is_sent_by_any_method_to_a_path_with_its_query():
    with serving(OK) as server:
        reply = http.call(
            "PUT", f"{server.url}/rooms/a%20b?since=1&to=%2F", {"text": "会"}, {"x": "y"}
        )

    (asked,) = server.asked
    assert (asked.method, asked.path) == ("PUT", "/rooms/a%20b?since=1&to=%2F")
    assert json.loads(asked.body) == {"text": "会"}
    assert asked.headers["content-type"] == "application/json; charset=utf-8"
    assert asked.headers["x"] == "y"
    assert (reply.status, reply.body) == (200, {"ok": True})


def test_without_a_payload_there_is_no_body():
    with serving(OK) as server:
        http.call("GET", f"{server.url}?a=b", headers={"authorization": "Bearer example"})

    (asked,) = server.asked
    assert (asked.method, asked.path, asked.body) == ("GET", "/?a=b", b"")
    assert "content-type" not in asked.headers
    assert asked.headers["authorization"] == "Bearer example"


def test_a_form_is_encoded_as_one():
    with serving(OK) as server:
        http.form(f"{server.url}/token", {"grant type": "a&b=c", "名": "会 议"})

    (asked,) = server.asked
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qs(asked.body.decode()) == {"grant type": ["a&b=c"], "名": ["会 议"]}


def test_bytes_are_sent_as_they_are():
    with serving(Told(body=b"OK - 3")) as server:
        reply = http.upload(
            "POST", f"{server.url}/f?u=1", b"\0\xff", {"content-type": "a/b"}, plain=True
        )

    assert server.asked[0].body == b"\0\xff"
    assert (reply.status, reply.body) == (200, {})


def test_an_answer_without_json_is_not_the_platforms_unless_it_has_no_content():
    with serving(Told(204, b"")) as server:
        assert http.call("POST", server.url, {}).status == 204
    with serving(Told(200, b"OK")) as server, pytest.raises(UnavailableError):
        http.upload("POST", server.url, b"", {})


@pytest.mark.parametrize("plain", [True, False])
def test_trouble_is_trouble_however_the_answer_looks(plain):
    for told, error in ((Told(429), RateLimitedError), (Told(503), UnavailableError)):
        with serving(told) as server, pytest.raises(error):
            http.upload("POST", server.url, b"", {}, plain=plain)


def test_no_more_of_an_answer_is_read_than_a_platform_needs():
    endless = Told(body=b'{"a":"' + b"x" * 2_000_000 + b'"}')
    with serving(endless) as server, pytest.raises(UnavailableError):
        http.call("GET", server.url)


@given(
    fields=st.dictionaries(NAMES, NAMES, max_size=3),
    files=st.dictionaries(NAMES, st.tuples(NAMES, st.just("text/x-y"), st.binary()), max_size=3),
)
def test_a_form_with_files_reads_as_it_was_meant(fields, files):
    content_type, body = http.multipart(fields, files)

    head = f"content-type: {content_type}\r\n\r\n".encode()
    found = message_from_bytes(head + body, policy=HTTP)
    boundary = found.get_boundary().encode()
    parts = body.split(b"--" + boundary)[1:-1]
    assert body.endswith(b"--" + boundary + b"--\r\n")
    contents = [part.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n") for part in parts]
    heads = [part.partition(b"\r\n\r\n")[0].strip().decode().split("\r\n") for part in parts]
    assert contents == [one.encode() for one in fields.values()] + [
        one[2] for one in files.values()
    ]
    assert [len(lines) for lines in heads] == [1] * len(fields) + [2] * len(files)
    assert all(line.count('"') in {2, 4} for line, *_ in heads)


def test_a_media_type_cannot_add_a_header():
    _, body = http.multipart({}, {"f": ("a", "text/plain\r\nx-evil: 1", b"")})

    assert b"\r\nx-evil" not in body


def test_a_file_is_read_piece_by_piece():
    content = bytes(range(256)) * 1_000
    with serving(Told(200, content, {"content-type": "Text/Plain; charset=utf-8"})) as server:
        found = http.stream(f"{server.url}/f?t=1", {"x": "y"}, hosts=[server.url], limit=2**20)
        pieces = list(found.chunks)

    assert found.media_type == "text/plain"
    assert b"".join(pieces) == content
    assert max(map(len, pieces)) <= 65_536
    assert (server.asked[0].path, server.asked[0].headers["x"]) == ("/f?t=1", "y")


def test_a_file_over_the_limit_is_refused_while_it_is_read():
    with serving(Told(body=b"x" * 101)) as server, pytest.raises(RejectedError) as caught:
        read(server.url, hosts=[server.url])

    assert caught.value.say == "too_big"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        *[(status, RejectedError) for status in (400, 403, 404, 410)],
        *[(status, UnavailableError) for status in (401, 500, 503)],
        (429, RateLimitedError),
    ],
)
def test_a_file_that_is_not_given_says_whether_to_ask_again(status, error):
    with (
        serving(Told(status)) as server,
        pytest.raises((RejectedError, UnavailableError)) as caught,
    ):
        read(server.url, hosts=[server.url])

    assert isinstance(caught.value, error)


def test_a_file_that_is_cut_short_is_asked_for_again():
    cut = Told(200, b"four", {"transfer-encoding": "chunked"}, hang_up=True)
    with serving(cut) as server, pytest.raises(UnavailableError, match="BrokenAnswer"):
        read(server.url, hosts=[server.url])


def test_a_redirect_to_another_allowed_place_is_followed_without_the_headers():
    with serving(Told(body=b"file")) as there:
        moved = Told(302, b"", {"location": f"{there.url}/f"})
        with serving(moved) as here:
            hosts = [here.url, there.url]
            assert (
                read(here.url, hosts=hosts, headers={"authorization": "Bearer example"})[1]
                == b"file"
            )

    assert "authorization" in here.asked[0].headers
    assert "authorization" not in there.asked[0].headers


def test_a_redirect_on_the_same_host_keeps_them():
    moved = Told(307, b"", {"location": "/there"})
    with serving(moved, Told(body=b"file")) as server:
        read(server.url, hosts=[server.url], headers={"x": "y"})

    assert [asked.headers.get("x") for asked in server.asked] == ["y", "y"]


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest", "//127.0.0.2:1/", "http://[", "file:///etc/passwd"]
)
def test_a_redirect_elsewhere_is_refused(target):
    with serving(Told(302, b"", {"location": target})) as server, pytest.raises(RejectedError):
        read(server.url, hosts=[server.url])

    assert len(server.asked) == 1


def test_redirects_that_go_round_end():
    with serving(Told(302, b"", {"location": "/again"})) as server, pytest.raises(RejectedError):
        read(server.url, hosts=[server.url])

    assert len(server.asked) == http.MAX_REDIRECTS + 1


@pytest.mark.parametrize("url", ["https://files.slack.com/a", "https://x.cdn.example/a"])
def test_a_named_host_is_reached_by_https(chat, url):
    chat.files[url] = ("text/plain", b"file")

    assert read(url, hosts=["files.slack.com", ".cdn.example"]) == ("text/plain", b"file")


@pytest.mark.parametrize(
    "url",
    [
        "http://files.slack.com/a",
        "https://files.slack.com:8443/a",
        "https://user@files.slack.com/a",
        "https://files.slack.com@evil.example/a",
        "https://files.slack.com.evil.example/a",
        "https://evil.example/files.slack.com",
        "https://evilcdn.example/a",
        "https://evil.example\\.cdn.example/a",
        "https://127.0.0.1/a",
        "http://127.0.0.1:8500/a",
        "ftp://files.slack.com/a",
        "//files.slack.com/a",
        "https://[files.slack.com]/a",
        "",
    ],
)
def test_any_other_place_is_refused_before_it_is_reached(chat, url):
    with pytest.raises(RejectedError):
        read(url, hosts=["files.slack.com", ".cdn.example", "http://127.0.0.1:8000"])

    assert chat.ports.calls == []


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("30", 30.0), ("0", 0.0), ("", 1.0), ("soon", 1.0), ("-5", 1.0), ("²", 1.0), ("1.5", 1.0)],
)
def test_a_platform_that_asks_for_patience_says_for_how_long(header, seconds):
    limited = Told(429, b"{}", {"retry-after": header})
    with serving(limited) as server, pytest.raises(RateLimitedError) as caught:
        http.post(server.url, {})

    assert caught.value.retry_after == seconds


def test_an_address_that_is_none_is_unavailable():
    with pytest.raises(UnavailableError, match="BrokenAnswerError"):
        http.post("http://127.0.0.1/a b", {})
