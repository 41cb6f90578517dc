"""The vectors of channels.json, by the channels that there are; and how vectors are judged."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from switchboard.channels import registry
from switchboard.errors import BadSignatureError
from tests import vectors
from tests.signers import dingtalk, line, whatsapp
from tests.vectors.judging import NOW, webhook_of

FILE = Path("tests/vectors/channels.json")
VECTORS = json.loads(FILE.read_text(encoding="utf-8"))
NAMES = {
    "google_chat": "googlechat",
    "standard_webhooks": "webhook",
    "wechat_oa": "wechat",
    "wecom_aibot": "wecombot",
}
"""What a channel is called in the file, where it is not as in the registry."""


def is_there(vector):
    return NAMES.get(vector["channel"], vector["channel"]) in registry.names()


def changed(name, **fields):
    (vector,) = [one for one in VECTORS if one["name"] == name]
    return {**vector, **fields}


@pytest.mark.parametrize(
    "vector",
    [one for one in VECTORS if is_there(one)],
    ids=lambda one: f"{one['channel']}-{one['name']}",
)
def test_a_vector_is_judged_as_it_should_be(vector):
    assert vectors.verdict(vector) == ""


@pytest.mark.parametrize(
    "vector",
    [
        changed("secret-token-ok", expected="reject"),
        changed("secret-token-missing", expected="accept"),
        changed("secret-token-ok", expected="value", expected_value="x"),
        changed("secret-token-ok", expected="value"),
        changed("go-sdk-decrypt-event", expected_plaintext="hello"),
        changed("go-sdk-decrypt-event", body="!"),
        changed("custom-bot-webhook-sign", expected_value={"sign": "x"}),
        changed("url-verification", expected_reply={"challenge": "x"}),
        changed("secret-token-ok", channel="nobody"),
        changed("secret-token-ok", channel="judging.x"),
        changed("secret-token-ok", channel=None),
    ],
    ids=lambda one: f"{one['channel']}-{one['name']}-{one['expected']}",
)
def test_a_vector_that_expects_something_else_fails(vector):
    assert vectors.verdict(vector) != ""


@pytest.mark.parametrize("key", ["x", "签名", "=", "", "A" * 43, "whpk_AAAA", "0" * 64])
def test_a_wrong_key_is_a_refusal_whatever_it_is(key):
    for vector in VECTORS:
        found = {name: key if isinstance(one, str) else one for name, one in vector["keys"].items()}
        said = vectors.verdict({**vector, "keys": found, "expected": "reject"})
        assert not said or said.startswith("judged"), (vector["name"], said)


def test_a_right_signature_over_what_is_no_json_is_a_right_signature():
    body = b"no JSON"
    for name, made in (("line", line), ("whatsapp", whatsapp), ("dingtalk", dingtalk)):
        headers = made.signed(body, now=NOW)["headers"]
        kind = "robot-sign" if name == "dingtalk" else "signature"
        vector = {"channel": name, "kind": kind, "keys": made.VALUES, "headers": headers}
        assert vectors.verdict({**vector, "body": body.decode(), "expected": "accept"}) == ""


@pytest.mark.parametrize(("expected", "code"), [("accept", 0), ("reject", 1)])
def test_the_runner_says_how_many_passed(tmp_path, expected, code):
    file = tmp_path / "some.json"
    file.write_text(json.dumps([changed("secret-token-ok", expected=expected)]), encoding="utf-8")
    command = [sys.executable, "-m", "tests.vectors", str(file)]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == code
    assert done.stdout.splitlines()[-1] == f"{1 - code} passed, {code} failed"


def test_feishu_without_an_encrypt_key_does_not_start_and_believes_nothing():
    """The vector of a token alone is about the bare check (GHSA-g353-mgv3-8pcj)."""
    vector = changed("event-plaintext-token-only")

    assert [*registry.channel("feishu").receive.lacking(vector["keys"])] == ["encrypt_key"]
    with pytest.raises(BadSignatureError):
        registry.receiver("feishu", "main", vector["keys"]).receive(webhook_of(vector))


def test_an_older_card_s_signature_is_not_believed():
    vector = changed("signature-sha1-legacy-card", now=1626947018)
    keys = {"encrypt_key": "fake-xx", "verification_token": "fake-xx"}

    with pytest.raises(BadSignatureError, match="digest"):
        registry.receiver("feishu", "main", keys).receive(webhook_of(vector))
