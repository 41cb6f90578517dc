"""What holds for every channel, whatever its platform."""

from importlib import import_module

import pytest

from scripts.sign_events import SECRETS
from switchboard.channels import base, registry
from switchboard.channels.base import envelope_id
from switchboard.errors import BadSignatureError
from tests.unit.webhooks import FORM, JSON, NOW, webhook

SENDS = {
    "slack": {"bot_token": "xoxb-example"},
    "feishu": {"app_id": "cli_example", "app_secret": "example"},
    "telegram": {"bot_token": "123456:example"},
    "web": {},
}
MAKERS = [
    (make, kind, name)
    for make in ("inbound", "outbound")
    for kind in registry.CHANNELS
    for name in getattr(registry.kind(kind), make)
]


def values_of(make, kind):
    if kind not in SENDS:
        return import_module(f"tests.signers.{kind}").VALUES
    return SECRETS[f"{kind}/main"] if make == "inbound" else SENDS[kind]


@pytest.mark.parametrize("make", ["inbound", "outbound"])
@pytest.mark.parametrize("kind", registry.CHANNELS)
def test_a_channel_starts_with_its_secrets(make, kind):
    channel = getattr(registry, make)(kind, "main", values_of(make, kind))

    assert isinstance(channel, registry.kind(kind))


@pytest.mark.parametrize(("make", "kind", "name"), MAKERS)
@pytest.mark.parametrize("value", [None, "", "  ", "\n\t"])
def test_without_one_of_its_secrets_it_does_not_start(make, kind, name, value):
    values = {**values_of(make, kind), name: value}
    if value is None:
        del values[name]

    assert getattr(registry, make)(kind, "main", values) is None


@pytest.mark.parametrize("kind", registry.CHANNELS)
def test_a_channel_that_verifies_names_a_secret(kind):
    assert registry.kind(kind).inbound


@pytest.mark.parametrize("kind", registry.CHANNELS)
@pytest.mark.parametrize("headers", [{}, JSON, FORM, {"x-forwarded-for": "127.0.0.1"}])
@pytest.mark.parametrize("body", [b"", b"{}", b"\xff", b'{"encrypt":1}', b"a=b"])
def test_a_webhook_without_a_signature_is_refused(kind, headers, body):
    channel = registry.inbound(kind, "main", values_of("inbound", kind))

    with pytest.raises(BadSignatureError):
        channel.verify(webhook(body, headers))


@pytest.mark.parametrize("kind", registry.CHANNELS)
def test_a_channel_keeps_markdown_readable(kind):
    channel = registry.kind(kind)("main", {})

    assert "会议" in channel.render("**会议**")


def test_the_id_of_a_message_is_stable_for_ever():
    """Changing it would run every message that is redelivered meanwhile a second time."""
    made = envelope_id("slack", "main", "T1:C1", "1515449522.000016")

    assert str(made) == "8659bea1-c5ce-511b-9730-0dc611a82c68"


@pytest.mark.parametrize(
    ("given", "expected"), [("é", "e"), ("\ud800", "a"), ("", "a"), ("a", "ab")]
)
def test_what_differs_is_not_the_same(given, expected):
    assert not base.same(given, expected)
    assert base.same(expected, expected)


def test_a_timestamp_is_returned_as_it_was_given():
    assert base.fresh("001760000000", NOW) == "001760000000"
