"""The reader of HTTP answers, held against http.client's."""

import io
from http.client import HTTPResponse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.net import http1

NAMES = st.sampled_from(["x-amzn-errortype", "Content-Type", "ETag", "x-Amz-Id-2"])
VALUES = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=30)


class Given:
    """A socket that has the answer already."""

    def __init__(self, raw):
        self._raw = raw

    def makefile(self, *_):
        return io.BytesIO(self._raw)


def read(raw, method="POST", limit=-1):
    reader = io.BytesIO(raw)
    status, headers = http1._head(reader)
    return http1.RawResponse(status, headers, http1._body(reader, method, status, headers, limit))


def framed(body, how):
    if how == "length":
        return f"Content-Length: {len(body)}\r\n\r\n".encode() + body
    if how == "close":
        return b"\r\n" + body
    pieces = [body[at : at + 7] for at in range(0, len(body), 7)]
    chunks = b"".join(f"{len(one):x};note=1\r\n".encode() + one + b"\r\n" for one in pieces)
    return b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\nx-late: 1\r\n\r\n"


@given(
    status=st.sampled_from([200, 202, 301, 400, 404, 412, 500, 503]),
    headers=st.dictionaries(NAMES, VALUES, max_size=4),
    body=st.binary(max_size=60),
    how=st.sampled_from(["length", "close", "chunked"]),
    interim=st.booleans(),
)
def test_an_answer_reads_as_http_client_reads_it(status, headers, body, how, interim):
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    raw = f"HTTP/1.1 {status} Said So\r\n{lines}".encode() + framed(body, how)
    raw = b"HTTP/1.1 100 Continue\r\n\r\n" + raw if interim else raw
    theirs = HTTPResponse(Given(raw), method="POST")
    theirs.begin()

    ours = read(raw)

    assert ours.status == theirs.status
    assert ours.body == theirs.read()
    assert ours.headers == {name.lower(): value for name, value in theirs.getheaders()}


@pytest.mark.parametrize("status", [204, 304])
def test_some_answers_have_no_body_whatever_they_say(status):
    raw = f"HTTP/1.1 {status} Said So\r\ncontent-length: 4\r\n\r\n".encode()

    assert read(raw).body == b""


@given(st.binary(max_size=200))
def test_garbage_is_a_broken_answer(raw):
    with pytest.raises(http1.BrokenAnswerError):
        read(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nfour",
        b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: \xb2\r\n\r\nxx",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n-1\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfour",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 101 + b"\r\n",
        b"HTTP/1.1 200 OK\r\na: " + b"b" * 70_000,
        b"HTTP/1.1 2 OK\r\n\r\n",
    ],
)
def test_what_is_cut_short_or_malformed_is_a_broken_answer(raw):
    with pytest.raises(http1.BrokenAnswerError):
        read(raw)


def test_only_as_much_is_read_as_was_asked_for():
    whole = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n123456789"
    chunked = b"HTTP/1.1 200 OK\r\n" + framed(b"123456789", "chunked")

    assert read(whole, limit=4).body == b"1234"
    assert read(chunked, limit=4).body == b"1234"


@pytest.mark.parametrize("name", ["x\r\ny", "x\ny"])
def test_a_line_break_never_gets_into_a_request(name):
    connection = http1.HttpConnection("http://127.0.0.1:9", 1.0)

    with pytest.raises(http1.BrokenAnswerError, match="line break"):
        connection.exchange("GET", "/", {"a": name}, b"")
