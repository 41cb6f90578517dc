"""The page where people give credentials: what it takes, and what it says to browsers."""

import hashlib
import re
from base64 import b64encode

import pytest

from functions.connect import app
from switchboard import config
from switchboard.ledger import people, table, tickets
from switchboard.ledger.tickets import Ticket
from switchboard.runtime import current
from tests.kit import build, environment
from tests.kit.clock import START
from tests.kit.visitor import Visitor

ADA = Ticket(purpose="connect", person="ada", sender="web/main/ada", data={"tool": "desk"})
GOOD = {"endpoint": "https://desk.example.com", "token": "a token"}


@pytest.fixture
def visitor(cloud):
    current().give(config.compiled, environment.compiled())
    people.pair("web", "main", "ada", build.person())
    cloud.caller = "switchboard-test-connect"
    yield Visitor(app.handler)
    cloud.caller = ""
    assert not cloud.denied


def issued(cloud, ticket=ADA):
    caller, cloud.caller = cloud.caller, ""
    token = tickets.token()
    table.transact([tickets.issue_guard(token, ticket, START).item])
    cloud.caller = caller
    return token


def kept(cloud):
    return [key for key in cloud.table.rows if key[0].startswith("credential#")]


def test_every_page_is_kept_nowhere_framed_nowhere_and_runs_nothing_but_its_own(visitor, cloud):
    answers = [
        visitor.get("/connect/link"),
        visitor.post("/connect/link", ticket=issued(cloud)),
        visitor.post("/connect/link", ticket="no such ticket"),
        visitor.get("/connect/callback"),
        visitor.get("/connect/elsewhere"),
        visitor.post("/connect/credential", ticket=issued(cloud), **GOOD),
    ]

    assert [one["statusCode"] for one in answers] == [200, 200, 400, 400, 400, 200]
    for one in answers:
        headers, body = one["headers"], one["body"]
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        policy = headers["content-security-policy"]
        for rule in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"):
            assert rule in policy
        inside = re.findall(r"<(?:script|style)>(.*?)</(?:script|style)>", body, re.DOTALL)
        digests = [b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in inside]
        assert sorted(digests) == sorted(re.findall(r"'sha256-([^']+)'", policy))
        assert not re.search(r"(?:src|href)=|https?://", body.replace(GOOD["endpoint"], ""))


def test_the_page_is_in_the_reader_s_language(cloud, visitor):
    visitor.headers["accept-language"] = "zh-CN,zh;q=0.9"
    body = visitor.post("/connect/link", ticket=issued(cloud))["body"]

    assert '<html lang="zh">' in body
    assert "书桌钥匙" in body


def test_what_a_link_says_is_text_and_nothing_else(cloud, visitor):
    mallory = Ticket(
        purpose="connect", person='<script>"', sender="web/main/ada", data={"tool": "desk"}
    )
    body = visitor.post("/connect/link", ticket=issued(cloud, mallory))["body"]

    assert "<script>" not in body
    assert "&lt;script&gt;&quot;" in body


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"sec-fetch-site": "", "origin": "https://switchboard.test"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "https://switchboard.test.evil.example"},
        {},
    ],
)
def test_a_form_of_another_site_is_not_taken(cloud, visitor, headers):
    visitor.headers.pop("sec-fetch-site")
    visitor.headers |= headers
    token = issued(cloud)
    for page in ("link", "credential", "authorise"):
        answer = visitor.post(f"/connect/{page}", ticket=token, **GOOD)
        assert (answer["statusCode"], "another site" in answer["body"]) == (400, True)
    assert kept(cloud) == []


def test_a_browser_that_says_no_more_than_its_origin_is_believed(cloud, visitor):
    visitor.headers.pop("sec-fetch-site")
    visitor.headers["origin"] = "https://switchboard.test"

    assert visitor.post("/connect/credential", ticket=issued(cloud), **GOOD)["statusCode"] == 200
    assert kept(cloud) == [("credential#desk", "ada")]


PRIVATE = """
http://desk.example.com ftp://desk.example.com desk.example.com //desk.example.com
javascript:alert(1) https://127.0.0.1 https://127.1 https://2130706433 https://0x7f000001
https://0x7f.1 https://0177.0.0.1 https://10.0.0.1 https://192.168.1.1:8443/dav https://172.16.0.1
https://169.254.169.254/latest https://100.64.0.1 https://0.0.0.0 https://224.0.0.1 https://[::1]
https://[fd00:ec2::254] https://[fe80::1] https://[::ffff:127.0.0.1] https://[::ffff:169.254.169.254]
https://localhost https://localhost. https://intranet https://ada:secret@desk.example.com
https://127.0.0.1@desk.example.com https://desk.example.com:0 https://desk.example.com:99999
https://[ https://
"""


@pytest.mark.parametrize("url", PRIVATE.split())
def test_an_address_that_a_person_may_not_name_is_refused_and_its_link_is_still_good(
    cloud, visitor, url
):
    token = issued(cloud)
    answer = visitor.post("/connect/credential", ticket=token, token="t", endpoint=url)

    assert (answer["statusCode"], "public address" in answer["body"]) == (400, True)
    assert url not in answer["body"] or len(url) < 9
    assert kept(cloud) == []
    assert visitor.post("/connect/link", ticket=token)["statusCode"] == 200


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"token": ""}, "has to be filled in: Key to the desk"),
        ({"token": "   "}, "has to be filled in: Key to the desk"),
        ({"token": "a\nb"}, "cannot be shown: Key to the desk"),
        ({"token": "a\x00b"}, "cannot be shown: Key to the desk"),
        ({"token": "k" * 4_001}, "too long"),
        ({"token": "字" * 2_000}, "too long"),
    ],
)
def test_what_cannot_be_a_value_is_named_and_never_shown(cloud, visitor, fields, said):
    token = issued(cloud)
    answer = visitor.post("/connect/credential", ticket=token, **{**GOOD, **fields})

    assert answer["statusCode"] == 400
    assert said in answer["body"]
    assert kept(cloud) == []


def test_what_is_no_value_of_the_tool_s_is_not_kept(cloud, visitor):
    visitor.post("/connect/credential", ticket=issued(cloud), **GOOD, password="p", tool="other")

    assert kept(cloud) == [("credential#desk", "ada")]


@pytest.mark.parametrize("tool", ["", "none", "../desk", "document"])
def test_a_ticket_for_what_takes_nothing_is_none(cloud, visitor, tool):
    token = issued(cloud, Ticket(purpose="connect", person="ada", data={"tool": tool}))

    assert visitor.post("/connect/link", ticket=token)["statusCode"] == 400


def test_nothing_of_a_request_is_logged(cloud, visitor, lines):
    token = issued(cloud)
    visitor.post("/connect/link", ticket=token)
    visitor.post("/connect/credential", ticket=token, **GOOD)
    visitor.post("/connect/credential", ticket=token, **GOOD)

    written = str(lines())
    assert "connected" in written
    assert "refused" in written
    for secret in (token, *GOOD.values(), "/connect/"):
        assert secret not in written


def test_a_form_that_is_broken_or_huge_is_an_empty_one(visitor):
    event = {
        "rawPath": "/connect/link",
        "headers": visitor.headers,
        "requestContext": {"http": {"method": "POST"}},
    }
    for body in (
        "&".join(f"f{one}=1" for one in range(60)),
        "ticket=" + "x" * 90_000,
        "%ff%fe",
        "",
    ):
        assert app.handler({**event, "body": body}, None)["statusCode"] == 400
