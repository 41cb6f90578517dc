"""Addresses that somebody else names: what must be refused, however it is written."""

import socket
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.errors import RejectedError, UnavailableError
from switchboard.net import egress, http1
from tests.kit.servers import serving

SSRF_MUST_REFUSE = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "169.254.170.2",
    "100.64.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:8.8.8.8",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "",
    "localhost",
    "127.1",
    "0x7f000001",
    "2130706433",
]
PUBLIC = ["8.8.8.8", "1.1.1.1", "93.184.216.34", "172.32.0.1", "2606:4700::1111", "2a00:1450::1"]


def answering(*addresses):
    """A name server that knows one answer."""

    def lookup(host, port, **_):
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, 1, 6, "", (one, port))
            for one in addresses
        ]

    return lookup


@pytest.mark.parametrize("address", SSRF_MUST_REFUSE)
def test_what_is_not_of_the_public_internet_is_refused(address):
    assert not egress.is_public(address)
    with pytest.raises(RejectedError):
        egress.resolve("https://example.com/", answering("8.8.8.8", address))


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_the_one_to_connect_to(address):
    assert egress.is_public(address)
    assert egress.resolve("https://example.com:8443/x", answering(address, "8.8.8.8")) == address


@given(st.ip_addresses(v=4))
def test_nothing_that_python_calls_private_is_public(address):
    if address.is_private or address.is_multicast or address.is_reserved:
        assert not egress.is_public(str(address))


@given(st.ip_addresses(v=4))
def test_no_disguise_of_ipv4_is_public(address):
    for prefix in (0, 0xFFFF << 32, 0x64FF9B << 96, 0x2002 << 112):
        shift = 80 if prefix >> 112 == 0x2002 else 0
        assert not egress.is_public(str(IPv6Address(prefix | int(IPv4Address(address)) << shift)))


@given(st.text())
def test_any_text_is_an_address_or_none(text):
    assert egress.is_public(text) in {True, False}
    with pytest.raises((RejectedError, UnavailableError)):
        egress.resolve(text, answering())


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "https:///path",
        "https://user@example.com/",
        "https://user:pass@example.com/",
        "https://8.8.8.8@127.0.0.1/",
        "https://[::1/",
        "https://example.com:port/",
        "https://example.com:99999/",
        "//example.com/",
        "example.com",
        "",
    ],
)
def test_an_address_of_another_form_is_refused_and_not_looked_up(url):
    with pytest.raises(RejectedError):
        egress.resolve(url, pytest.fail)


@pytest.mark.parametrize("error", [socket.gaierror(-2), TimeoutError(), UnicodeError()])
def test_a_host_that_has_no_address_may_have_one_later(error):
    def lookup(*_, **__):
        raise error

    with pytest.raises(UnavailableError):
        egress.resolve("https://example.com/", lookup)


def test_a_host_without_any_address_may_have_one_later():
    with pytest.raises(UnavailableError):
        egress.resolve("https://example.com/", answering())


def test_a_pinned_host_is_not_looked_up_again(monkeypatch):
    """Rebinding: the name server's second answer would be another."""
    with serving() as server:
        port = server.server_port
        monkeypatch.setitem(http1.pinned, "hook.example", "127.0.0.1")
        connection = http1.HttpConnection(f"http://hook.example:{port}", 5)
        assert connection.exchange("POST", "/in", {}, b"x").status == 200
        connection.close()

    assert server.asked[0].headers["host"] == f"hook.example:{port}"
