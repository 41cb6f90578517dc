"""The laws of what channels receive, each tried on every channel by its signer."""

import pytest
from msgspec import json, structs

from switchboard.channels import registry
from switchboard.errors import BadRequestError, BadSignatureError
from tests import signers
from tests.kit.channels import NOW, received, receiver, webhook

LATER = 7_200
BLANK = {"", " ", "\n\t"}
NO_KEYS = ["x", "签名", "\ud800", "====", "A" * 43, "é" * 64, "0" * 64, "whsec_!", "whpk_AAAA"]
NO_KEYS += ["whpk_" + "A" * 43 + "=", "\x00" * 43, "a" * 10_000]
UNDATED = {"github", "matrix", "mattermost", "rocketchat", "telegram"}
"""Channels that prove no time, and whose events tell none, or none that is proven."""
BODIES = [
    b"",
    b"[]",
    b"null",
    b'"text"',
    b'{"type":"a","type":"b"}',
    b'{"a":{"b":1,"b":2}}',
    b'{"a":NaN}',
    b'{"a":"\\ud800"}',
    b'{"\\udfff":1}',
    b"\xff\xfe",
    b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    b'{"a":' + b"9" * 5_000 + b"}",
    b"<xml><a>&b;</a></xml>",
]
each = pytest.mark.parametrize("name", registry.names())
MALFORMED = [
    pytest.param(name, found, id=f"{name}-{ascii(found)[:60]}")
    for name in registry.names()
    for found in getattr(signers.signer(name), "MALFORMED", ())
]


def unsigned(name):
    """The kinds of forgery that the channel's platform cannot prevent."""
    return getattr(signers.signer(name), "UNSIGNED", set())


def holds(name):
    return getattr(signers.signer(name), "HOLDS", 0)


def genuine(name, number=1, now=NOW):
    return webhook(signers.signer(name).message("/help", number=number, now=now), now)


def odd(value):
    """What might stand in place of a header or of a field of the query."""
    yield from ("", "abc", "-1", "²", "9" * 13, "9" * 30, "签名", "\ud800", "=", "a.b.c")
    yield from (f" {value}", f"{value} ", f"+{value}", f"{value}.5", f"{value},{value}")
    yield from (value[:-1], value[1:], value * 1_000, value.swapcase(), f"v0={value}")


def received_texts(name, event):
    return [one.text for one in receiver(name).receive(webhook(event, NOW)).envelopes]


def told(made, hook):
    """The ids of the messages in a webhook, or None when it is not believed."""
    try:
        return {one.id for one in made.receive(hook).envelopes}
    except BadSignatureError:
        return None


@each
def test_a_message_says_who_wrote_what_and_where(name):
    (found,) = receiver(name).receive(genuine(name)).envelopes

    assert (found.channel, found.account, found.received_at) == (name, "main", NOW)
    assert found.sender.id == signers.signer(name).SENDER(1)
    assert found.text.endswith("/help")
    assert (found.kind == "message") is (registry.channel(name).send is not None)


@pytest.mark.parametrize("name", [one for one in registry.names() if registry.channel(one).send])
def test_its_words_are_cleaned(name):
    pasted = "\u200b\ufeff\u00a0/help\u2060 oc\u00adto/demo\u200e\u202f"
    found = signers.signer(name).message(pasted, number=1, now=NOW)

    assert received_texts(name, found) == ["/help octo/demo"]


@each
def test_without_its_secrets_nothing_is_believed(name):
    for blank in BLANK:
        blanks = dict.fromkeys(registry.channel(name).receive.secrets, blank)
        with pytest.raises(BadSignatureError):
            receiver(name, **blanks).receive(genuine(name))


@each
def test_a_value_that_is_no_key_is_a_refusal_and_no_error(name):
    signer = signers.signer(name)
    events = [signer.message("/help", number=1, now=NOW), *getattr(signer, "HANDSHAKES", ())]
    hooks = [webhook(event, NOW) for event in events]
    for key in signer.VALUES:
        for odd_one in NO_KEYS:
            made = receiver(name, **{key: odd_one, f"{key}.previous": odd_one})
            assert all(found is None or len(found) < 2 for found in (told(made, h) for h in hooks))
    for odd_one in NO_KEYS:
        made = receiver(name, **dict.fromkeys(registry.channel(name).receive.secrets, odd_one))
        assert not any(told(made, hook) for hook in hooks)


@each
def test_what_is_signed_is_believed_for_a_while_only(name):
    late = structs.replace(genuine(name), received_at=NOW + LATER)

    assert (told(receiver(name), late) is None) is ("stale" not in unsigned(name))


@pytest.mark.parametrize("name", [name for name in registry.names() if holds(name)])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_signature_holds_around_its_time(name, sign):
    signer, made = signers.signer(name), receiver(name)
    right = webhook(signer.signed(signer.EVENTS[0], now=NOW))
    stamps = [one for key, one in {**right.headers, **right.query}.items() if "timestamp" in key]
    stamp = int(stamps[0][:10])  # DingTalk's is not that of the moment

    edge = structs.replace(right, received_at=stamp + sign * holds(name))
    assert made.receive(edge).envelopes
    with pytest.raises(BadSignatureError, match="stale"):
        made.receive(structs.replace(edge, received_at=edge.received_at + sign))


@each
def test_a_header_or_a_field_that_is_otherwise_is_refused_or_means_nothing(name):
    made, right = receiver(name), genuine(name)
    ids, refused = told(made, right), 0
    for part in ("headers", "query"):
        fields = {key: one for key, one in getattr(right, part).items() if key != "content-type"}
        for key, value in fields.items():
            without = {one: given for one, given in getattr(right, part).items() if one != key}
            changes = [without, *({**without, key: one} for one in odd(value) if one != value)]
            for change in changes:
                found = told(made, structs.replace(right, **{part: change}))
                assert found in (None, ids), (key, change)
                refused += found is None
    assert refused or {"missing", "twice"} <= unsigned(name)


@each
def test_another_body_is_refused_where_the_platform_signs_it(name):
    made, right = receiver(name), genuine(name)
    ids = told(made, right)
    for body in (right.body + b" ", right.body[:-1], right.body.swapcase()):
        try:
            found = told(made, structs.replace(right, body=body))
        except BadRequestError:
            found = {"malformed"}
        assert found in (None, ids) or {"flipped", "truncated"} & unsigned(name)


@each
def test_a_body_that_is_not_understood_is_malformed_or_holds_nothing(name):
    for body in BODIES:
        try:
            assert received(name, body).envelopes == ()
        except (BadRequestError, BadSignatureError):
            continue


@pytest.mark.parametrize(("name", "found"), MALFORMED)
def test_a_body_of_another_shape_or_without_its_ids_is_malformed(name, found):
    with pytest.raises(BadRequestError):
        received(name, found)


SEVERAL = [name for name in registry.names() if hasattr(signers.signer(name), "together")]
DEEP = b'{"a":' * 20_000 + b"1" + b"}" * 20_000
JUNK = [b"null", b"5", b'"x"', b"[]", b"{}", DEEP, b"9" * 5_000, b"NaN", b"1e999", b'"\\ud800"']
JUNK += [b'{"type":"a","type":"b"}', b'"\xff"', b'{"a":' + b"9" * 5_000 + b"}"]


@pytest.mark.parametrize("name", SEVERAL)
@pytest.mark.parametrize("at", [0, 1, 2])
def test_what_is_odd_costs_only_itself_and_is_counted(name, at):
    signer = signers.signer(name)
    good = list(signer.EVENTS[:2])
    ids = [one.id for each in good for one in received(name, each).envelopes]
    for odd in signer.ODD:
        found = received(name, signer.together(*good[:at], odd, *good[at:]))
        assert [one.id for one in found.envelopes] == ids, odd
        assert found.skipped == 1
        assert received(name, odd).envelopes == ()


@pytest.mark.parametrize("name", SEVERAL)
@pytest.mark.parametrize("junk", JUNK, ids=lambda one: ascii(one[:30]))
def test_nothing_that_stands_beside_a_message_loses_it(name, junk):
    signer = signers.signer(name)
    good = signer.EVENTS[0]
    body = json.encode(signer.together(good, good))
    whole = json.encode(good)
    inner = next(one for one in _parts(good) if body.count(json.encode(one)) == 2)
    odd = body.replace(json.encode(inner), junk, 1)
    assert whole != odd != body

    found = received(name, odd)
    assert [one.id for one in found.envelopes] == [one.id for one in received(name, good).envelopes]
    fields = body.replace(json.encode(inner), json.encode(inner)[:-1] + b',"z":' + junk + b"}", 1)
    assert received(name, fields).envelopes


def _parts(found):
    """Every object in it, the inner ones first of those that hold a whole event."""
    if isinstance(found, dict):
        for one in found.values():
            yield from _parts(one)
        if {"webhookEventId", "timestamp"} & set(found) or {"event_id", "type"} <= set(found):
            yield found
    for one in found if isinstance(found, list) else ():
        yield from _parts(one)


@each
def test_what_says_that_it_is_older_than_all_that_is_remembered_is_refused(name):
    event = signers.signer(name).message("/help", number=1, now=NOW)
    for days, taken in ((29, True), (31, False)):
        late = webhook(event, NOW + days * 86_400)
        if "stale" in unsigned(name) and name not in UNDATED:
            assert (told(receiver(name), late) is not None) is taken


@each
def test_what_is_no_message_of_a_person_is_acknowledged_and_holds_nothing(name):
    for found in getattr(signers.signer(name), "IGNORED", ()):
        answer = received(name, found)
        assert answer.envelopes == (), found
        assert answer.response.status in {200, 204}


@each
def test_a_set_up_request_is_answered_and_holds_nothing(name):
    signer = signers.signer(name)
    for event in getattr(signer, "HANDSHAKES", ()):
        hook = webhook(event, NOW)
        answer = receiver(name).receive(hook)
        assert (answer.envelopes, answer.response.status) == ((), 200)
        assert told(receiver(name), structs.replace(hook, headers={}, query={})) is None
