"""Where a tool that was led astray tries to connect, and the guard refuses: SSRF, in all forms."""

import _socket
import socket
import urllib.request
from http.client import HTTPConnection

import pytest

from switchboard.errors import NotAllowedError, UnavailableError
from switchboard.guard.places import Places
from switchboard.guard.refusal import GuardError
from switchboard.net import http
from tests.kit.guarded import Guarded
from tests.kit.servers import Told, serving
from tests.unit.test_egress import SSRF_MUST_REFUSE, answering

NAMES = [
    *("localhost", "LOCALHOST", "localhost.", "a.localhost", "ip6-localhost", "evil.example"),
    *("127.1", "127.0.1", "0x7f.0.0.1", "0x7f000001", "2130706433", "017700000001", "0177.0.0.1"),
    *("0", "0x0", "00.00.00.00", "127.0.0.1.", "127.000.000.001", "4294967296", "1.1"),
    *("①②⑦.⓪.⓪.①", "127。0。0。1", "１２７.0.0.1", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "xn--lcalhost-54a"),
    *("metadata.google.internal", "instance-data", "169.254.169.254.nip.io", "127.0.0.1.nip.io"),
    *("api.example.com.evil.example", "evil-api.example.com", "example.com", "xapi.example.com"),
    *("[::1]", "0:0:0:0:0:ffff:127.0.0.1.", "a" * 64, "a..b", "\u202eapi.example.com", " ", ""),
]
"""What is no address in its usual form, and no host of the manifest: nobody is asked about it."""
URLS = [
    *("http://127.0.0.1:{port}/", "http://127.1:{port}/", "http://2130706433:{port}/"),
    *("http://0x7f000001:{port}/", "http://0177.0.0.1:{port}/", "http://0:{port}/"),
    *("http://localhost:{port}/", "http://localhost.:{port}/", "http://LOCALHOST:{port}/"),
    *("http://api.example.com@127.0.0.1:{port}/", "http://127.0.0.1:{port}#@api.example.com/"),
    *("http://[::1]:{port}/", "http://[::ffff:127.0.0.1]:{port}/", "http://[::ffff:7f00:1]:{port}/"),
    *("http://[::127.0.0.1]:{port}/", "http://[::]:{port}/", "http://[64:ff9b::7f00:1]:{port}/"),
    *("http://[2002:7f00:1::]:{port}/", "http://[2001:0:7f00:1::]:{port}/", "http://[fe80::1%25lo]:{port}/"),
    *("http://0.0.0.0:{port}/", "http://127.255.255.254:{port}/", "http://①②⑦.⓪.⓪.①:{port}/"),
    *("http://127。0。0。1:{port}/", "http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/"),
    *("http://169.254.170.2/v2/credentials", "http://100.64.0.1/", "http://192.0.0.192/", "http://10.0.0.1/"),
    *("https://127.0.0.1:{port}/", "ftp://127.0.0.1:{port}/", "file:///etc/passwd", "file:///proc/self/environ"),
    *("http://api.example.com:{port}/", "http://1.1.1.1/", "https://8.8.8.8/"),
]  # fmt: skip


def looked_up(*addresses):
    """A name server that knows one answer; asked as `_socket` is."""
    return lambda host, port, *_: answering(*addresses)(host, port)


@pytest.fixture
def astray(tmp_path, monkeypatch):
    monkeypatch.undo()  # the tests' own fence: this is about ours
    return lambda **given: Guarded(tmp_path, **given)


@pytest.mark.parametrize("name", NAMES)
def test_nobody_is_asked_about_a_name_that_the_manifest_does_not_have(name):
    """CVE-2026-26322, CVE-2026-41361, n8n CVE-2026-25631; a question alone may tell a secret."""
    places = Places(["api.example.com"], "https://dav.example.org/", lookup=pytest.fail)
    for given in (name, name.encode("utf-8", "ignore")):
        with pytest.raises(GuardError):
            places.look_up(given, 443, 0, 0)


@pytest.mark.parametrize(
    "address", [one for one in SSRF_MUST_REFUSE if one[:1].isdigit() or ":" in one]
)
def test_a_named_host_with_an_address_that_is_not_public_is_refused(address):
    """CVE-2026-26324, CVE-2026-27488, CVE-2026-41302; AstrBot 7171: one answer of several."""
    places = Places(["api.example.com"], lookup=looked_up("8.8.8.8", address))

    with pytest.raises(GuardError):
        places.look_up("api.example.com", 443, 0, socket.SOCK_STREAM)
    for tried in ("8.8.8.8", address):
        with pytest.raises(GuardError):
            places.connect((tried, 443))


def test_a_host_is_what_it_was_at_the_first_look():
    """Rebinding: first public, then private."""
    answers = [["93.184.216.34"], ["127.0.0.1"]]

    def lookup(host, port, *_):
        return looked_up(host if host[0].isdigit() else answers.pop(0)[0])(host, port)

    places = Places(["api.example.com", ".example.net"], lookup=lookup)
    for name in ("api.example.com", "API.example.com."):
        found = places.look_up(name, 443, 0, socket.SOCK_STREAM)
        assert [one[4] for one in found] == [("93.184.216.34", 443)]
    places.connect(("93.184.216.34", 443))
    for address in [("93.184.216.34", 80), ("127.0.0.1", 443), ("api.example.com", 443), "/sock"]:
        with pytest.raises(GuardError):
            places.connect(address)
    with pytest.raises(GuardError):
        places.look_up("any.example.net", 443, 0, 0)  # the second answer


@pytest.mark.parametrize(
    ("endpoint", "address", "goes"),
    [
        ("http://127.0.0.1:8008/dav", ("127.0.0.1", 8008), True),
        ("http://127.0.0.1:8008/dav", ("127.0.0.1", 8009), False),
        ("https://dav.example.org", ("10.0.0.7", 443), True),
        ("https://dav.example.org", ("10.0.0.7", 80), False),
        ("http://169.254.169.254/", ("169.254.169.254", 80), False),
        ("http://[fd00:ec2::254]/", ("fd00:ec2::254", 80), False),
        ("http://[::ffff:169.254.170.2]/", ("::ffff:169.254.170.2", 80), False),
        ("not an address", ("127.0.0.1", 80), False),
        ("http://a:b:c", ("127.0.0.1", 80), False),
    ],
)
def test_the_operator_s_own_connection_may_be_near_but_at_its_port_alone(endpoint, address, goes):
    """And where a machine is given its credentials is no vendor, whoever says so."""
    places = Places(["connection"], endpoint, lookup=looked_up(address[0]))
    try:
        if "dav.example.org" in endpoint:
            places.look_up("dav.example.org", 443, 0, 0)
        places.connect(address)
    except GuardError:
        assert not goes
    else:
        assert goes


@pytest.mark.parametrize("address", SSRF_MUST_REFUSE)
def test_what_a_person_names_is_never_near_whatever_its_name_leads_to(address):
    """Rebinding too: its addresses are those of the first look."""
    places = Places(["connection"], "https://ada.example.org", looked_up(address), near=False)

    for ask in (
        lambda: places.look_up("ada.example.org", 443, 0, 0),
        lambda: places.connect((address, 443)),
    ):
        with pytest.raises(GuardError):
            ask()
    assert not places.is_reached


def test_what_a_person_names_in_public_is_reached_at_its_port_alone():
    place = "https://ada.example.org:8443/dav"
    places = Places(["connection"], place, looked_up("93.184.216.34"), near=False)
    places.look_up("ada.example.org", 8443, 0, 0)

    places.connect(("93.184.216.34", 8443))
    with pytest.raises(GuardError):
        places.connect(("93.184.216.34", 443))


@pytest.mark.parametrize("url", ["https://127.0.0.1:{port}", "https://localhost:{port}"])
def test_what_a_person_names_is_not_reached_on_this_machine_by_any_library(astray, url):
    with serving() as server:
        tool = astray(endpoint=url.format(port=server.server_port), near=False)

        assert tool.refuses(lambda: socket.create_connection(("127.0.0.1", server.server_port), 2))
        assert tool.refuses(lambda: opened(tool.endpoint))
        assert server.connections == 0


def opened(url):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return opener.open(url, timeout=2).read()


@pytest.mark.parametrize("url", URLS)
def test_no_form_of_an_address_leads_a_library_to_this_machine(astray, url):
    with serving() as near:
        tool = astray(hosts=["connection"], endpoint=f"http://127.0.0.1:{near.server_port + 1}")
        asked = url.format(port=near.server_port)
        assert tool.refuses(lambda: opened(asked)) or not asked.isascii()
        with pytest.raises((NotAllowedError, UnavailableError, UnicodeError)):
            tool(lambda: http.upload("GET", asked, b"", {}, plain=True))
        assert near.connections == 0


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_port_of_the_same_machine_is_refused(astray, status):
    """CVE-2026-32913, CVE-2026-40037."""
    with serving() as near:
        there = {"location": f"http://127.0.0.1:{near.server_port}/"}
        with serving(Told(status, headers=there)) as server:
            tool = astray(endpoint=server.url)
            assert tool.refuses(lambda: opened(server.url))
            assert (server.connections, near.connections) == (1, 0)


def test_what_the_operator_connects_is_reached_by_every_library(astray):
    with serving() as server:
        tool = astray(endpoint=server.url.replace("127.0.0.1", "localhost"))

        def ask():
            plain = HTTPConnection("localhost", server.server_port, timeout=2)
            plain.request("GET", "/")
            body = plain.getresponse().read()
            plain.close()
            return [body, opened(tool.endpoint), _socket.getaddrinfo("localhost", 1) != []]

        assert tool(ask) == [b"{}", b"{}", True]
