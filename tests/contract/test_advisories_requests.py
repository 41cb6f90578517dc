"""Known faults of other products with requests, each tried on every account of every channel."""

import base64
import json

import pytest

from functions.ingest import app
from switchboard.channels import base, registry
from switchboard.channels.base import envelope_id
from tests.contract import accounts
from tests.contract.accounts import ACCOUNTS, NOW, at, genuine, largest, unsigned

BODIES = [b"", b"{}", b"[]", b"a=b", b"<xml></xml>", b"\xff\xfe", b'{"type":"url_verification"}']
LOOPBACK = ["127.0.0.1", "::1", "::ffff:127.0.0.1", "localhost", "10.0.0.1"]
FORWARDED = {
    "host": "localhost",
    "forwarded": "for=127.0.0.1;host=localhost;proto=http",
    "x-forwarded-for": "127.0.0.1",
    "x-forwarded-host": "evil.example",
    "x-forwarded-proto": "http",
    "x-original-url": "/webhook/slack/main",
    "x-real-ip": "127.0.0.1",
}
NAMED = ["x-request-id", "x-github-delivery", "webhook-id", "x-slack-retry-num", "x-event-id"]


PROVEN_INSIDE = {"feishu", "mattermost", "qq", "rocketchat"}
"""Whose proof, or the ciphertext that it is of, is a field of the body."""


class Watched:
    """Reads no JSON, and remembers that it was asked to."""

    def __init__(self, opened):
        self.opened = opened

    def decode(self, text):
        self.opened.append(text)
        raise ValueError(text)


@pytest.fixture
def ingest():
    with accounts.ingest() as made:
        yield made


def with_headers(event, **changes):
    kept = {
        name: value for name, value in event["headers"].items() if changes.get(name, "") is not None
    }
    return {**event, "headers": {**kept, **{k: v for k, v in changes.items() if v is not None}}}


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("name", ACCOUNTS)
def test_what_is_unsigned_is_refused(ingest, name, body):
    for content_type in registry.channel(name.partition("/")[0]).receive.content_types:
        event = unsigned(genuine(name), body)
        event["headers"]["content-type"] = content_type
        assert ingest.verdict(event).status in {400, 401}


@pytest.mark.parametrize("address", LOOPBACK)
@pytest.mark.parametrize("name", ACCOUNTS)
def test_cve_2026_8305_and_26316_a_near_address_counts_for_nothing(ingest, name, address):
    http = {"method": "POST", "path": f"/webhook/{name}", "sourceIp": address}
    near = {"requestContext": {"http": http}}

    assert ingest.verdict({**unsigned(genuine(name), b"{}"), **near}).status in {400, 401}
    assert ingest.verdict({**genuine(name), **near}).status == 200


@pytest.mark.parametrize("name", ACCOUNTS)
def test_ghsa_3m3q_x3gj_f79x_and_xc7w_v5x6_cc87_forwarded_headers_count_for_nothing(ingest, name):
    event = genuine(name)
    first = ingest.verdict(event)

    assert ingest.verdict(with_headers(event, **FORWARDED)).ids == first.ids
    assert ingest.verdict(with_headers(unsigned(event, b"{}"), **FORWARDED)).status in {400, 401}


@pytest.mark.parametrize("name", ACCOUNTS)
def test_cve_2026_28449_and_ghsa_r9q5_c7qc_p26w_a_replay_has_the_same_id(ingest, name):
    """Also after a cold start; the queue and the ledger drop what has an id that was there."""
    event = genuine(name)
    first = ingest.verdict(event, NOW)
    again = ingest.verdict(event, NOW + 60)
    ingest.restart(accounts.values())
    cold = ingest.verdict(event, NOW + 120)

    assert len(first.ids) == 1
    assert again.ids <= first.ids
    assert cold.ids <= first.ids
    assert {again.status, cold.status} <= {200, 401}


def _spellings(value):
    """The same signature as another encoder might write it."""
    yield value.replace("+", "-").replace("/", "_")
    yield value.replace("-", "+").replace("_", "/")
    yield value.rstrip("=")
    yield f"{value}="
    yield value.upper()
    yield value.lower()
    yield f"{value} "
    yield f"{value},{value}"


@pytest.mark.parametrize("name", ACCOUNTS)
def test_cve_2026_41351_another_spelling_of_a_signature_is_no_other_message(ingest, name):
    event = genuine(name)
    ids = ingest.verdict(event).ids
    for header, value in event["headers"].items():
        for spelling in _spellings(value):
            verdict = ingest.verdict(with_headers(event, **{header: spelling}))
            assert verdict.ids <= ids
            assert verdict.status < 500


@pytest.mark.parametrize("name", ACCOUNTS)
def test_cve_2026_41395_and_35618_another_query_is_no_other_message(ingest, name):
    event = genuine(name)
    ids, query = ingest.verdict(event).ids, event["rawQueryString"]
    turned = "&".join(reversed(query.split("&")))
    for other in (turned, f"{query}&a=b", f"id=1&{query}", f"{query}&{query}", ""):
        verdict = ingest.verdict({**event, "rawQueryString": other})
        assert verdict.ids <= ids
        assert verdict.status in {200, 400, 401}


@pytest.mark.parametrize("name", ACCOUNTS)
def test_ghsa_gcj7_r3hg_m7w6_no_header_that_is_unsigned_is_in_the_id(ingest, name):
    event = genuine(name)
    ids = ingest.verdict(event).ids
    for header in [*NAMED, *event["headers"]]:
        if header == "content-type":
            continue
        for value in ("1", "2", None):
            verdict = ingest.verdict(with_headers(event, **{header: value}))
            assert verdict.ids <= ids
            assert verdict.status in {200, 400, 401}


@pytest.mark.parametrize("name", ACCOUNTS)
def test_ghsa_rxmx_g7hr_8mx4_equal_ids_in_other_chats_and_accounts_are_other_messages(ingest, name):
    events = [genuine(name), genuine(name, chat=2), genuine(name, number=2)]
    neighbours = [genuine(one) for one in ACCOUNTS if one != name]

    found = [ingest.verdict(event) for event in [*events, *neighbours]]

    assert {one.status for one in found} == {200}
    assert len(set().union(*(one.ids for one in found))) == len(found)
    assert envelope_id("a", "b", "c", "d") != envelope_id("a", "b", "c\nd", "")


@pytest.mark.parametrize("name", ACCOUNTS)
def test_cve_2026_32980_28478_35640_41405_35626_and_35665_nothing_is_parsed_before_it_is_verified(
    ingest, monkeypatch, name
):
    opened = []
    monkeypatch.setattr(base, "_STRICT", Watched(opened))
    large = base64.b64encode(b"x" * (largest(name) + 1)).decode()

    assert ingest.verdict({**genuine(name), "body": large}).status == 413
    for body in (b"{}", b'{"a":1,"a":1}', b"<a>", b"\xff"):
        assert ingest.verdict(unsigned(genuine(name), body)).status == 401
    assert opened == [] or name.partition("/")[0] in PROVEN_INSIDE


@pytest.mark.parametrize("name", ACCOUNTS)
def test_a_body_that_is_too_large_is_not_even_verified(ingest, monkeypatch, name):
    received = []
    cls = type(registry.receiver(name.partition("/")[0], "main", accounts.values()[name]))
    monkeypatch.setattr(cls, "receive", lambda *given: received.append(given))
    for body in (b"x" * (largest(name) + 1), b"x" * 2 * largest(name)):
        event = {**genuine(name), "body": base64.b64encode(body).decode()}
        assert ingest.verdict(event).status == 413
        assert (
            ingest.verdict({**event, "body": body.decode(), "isBase64Encoded": False}).status == 413
        )
    assert received == []


@pytest.mark.parametrize("name", [f"{kind}/main" for kind in registry.names()])
def test_cve_2026_32924_no_field_can_be_left_out_to_become_another_or_to_be_elsewhere(ingest, name):
    """Every kind of event without each of its fields: refused, ignored, or of the same person."""
    signer = accounts.signer(name)
    for whole in signer.EVENTS:
        complete = ingest.verdict(at(name, signer.signed(whole, now=NOW)))
        assert len(complete.envelopes) == 1, whole
        (right,) = complete.envelopes
        for event in _without_a_field(whole):
            verdict = ingest.verdict(at(name, signer.signed(event, now=NOW)))
            assert verdict.status in {200, 204, 400, 401}
            for envelope in verdict.envelopes:
                assert envelope.lane == right.lane, event
                # An event plans nothing: an account that was deleted is not named in it.
                assert envelope.kind == "event" or envelope.sender.id == right.sender.id, event


def _without_a_field(found):
    """The value without each of its keys, at any depth, and with each of them null or of a type."""
    if isinstance(found, list):
        for index, inner in enumerate(found):
            for changed in _without_a_field(inner):
                yield [*found[:index], changed, *found[index + 1 :]]
    if not isinstance(found, dict):
        return
    for key, inner in found.items():
        yield {name: value for name, value in found.items() if name != key}
        for wrong in (None, "", [], {}, 1.5):
            yield {**found, key: wrong}
        for changed in _without_a_field(inner):
            yield {**found, key: changed}


@pytest.mark.parametrize("name", ACCOUNTS)
def test_ghsa_g27f_9qjv_22pm_no_header_is_logged(ingest, capsys, name):
    marks = 'canary\r\n{"message":"forged"}\x1b[31m\u2028'
    event = genuine(name)
    for header in [*event["headers"], "user-agent", "x-request-id"]:
        ingest.verdict(with_headers(event, **{header: marks}))
        ingest.verdict(with_headers(event, **{f"{header}\n{marks}": marks}))
    ingest.verdict({**event, "rawPath": f"/webhook/{name}{marks}"})
    app._refused().clear()
    ingest.verdict({**event, "rawPath": f"/webhook/{name}/{marks}", "rawQueryString": marks})

    lines = capsys.readouterr().out.splitlines()
    assert lines
    for line in lines:
        assert json.loads(line)["message"] in {"accepted", "refused"}
        assert "canary" not in line


@pytest.mark.parametrize("name", ACCOUNTS)
def test_cve_2026_27003_62211_43528_and_ghsa_xwcj_hwhf_h378_no_secret_is_ever_told(
    ingest, capsys, name
):
    signer = accounts.signer(name)
    secrets = [value for value in signer.VALUES.values() if len(value) > 7]
    event = genuine(name, text="canary of the text")
    requests = [event, unsigned(event), unsigned(event, b"{}"), {**event, "body": "!"}]
    requests += [at(name, signer.signed(one, now=NOW)) for one in _broken(signer.EVENTS[0])]
    answers = [app.respond(one, NOW) for one in requests]
    for kind in ({}, {name: {key: value[:-1] for key, value in signer.VALUES.items()}}):
        ingest.restart(kind)

    told = capsys.readouterr().out + json.dumps([one.body for one in answers])
    assert not [secret for secret in secrets if secret in told]
    assert "canary" not in told
    assert len({one.status for one in answers}) > 1


def _broken(event):
    return [{**event, key: ["canary"]} for key in event]
