"""Accounts on the deployed stack: what `channels` says of them, and secrets that are rotated."""

import json
import secrets

from tests.stack.operator import bad

PATH = "/webhook/telegram/rotated"
UPDATE = json.dumps({"update_id": 1}).encode()


def status(setting, secret):
    headers = {"content-type": "application/json", "x-telegram-bot-api-secret-token": secret}
    found, _ = setting.api.request("POST", PATH, UPDATE, headers)
    return found


def test_what_is_connected_is_listed(switchboard):
    code, known = switchboard("channels", "list")

    assert code == 0
    accounts = {one["channel"]: one["accounts"] for one in known}
    assert "main" in accounts["web"]
    assert accounts["line"] == []


def test_the_address_is_below_the_deployed_api(setting, switchboard):
    assert switchboard("channels", "url", "slack") == (
        0,
        f"{setting.stack.outputs['Url']}/webhook/slack/main",
    )
    base = setting.stack.url
    assert (
        switchboard("channels", "url", "slack/second", "--base", base)[1]
        == f"{base}/webhook/slack/second"
    )


def test_an_account_is_well_when_its_platform_sends_here(setting, switchboard):
    double, base = setting.telegram.double, setting.stack.url
    double.webhook = f"{base}/webhook/telegram/main"

    code, findings = switchboard("channels", "check", "telegram", "--base", base)
    assert (code, bad(findings)) == (0, {})

    double.webhook = ""
    code, findings = switchboard("channels", "check", "telegram", "--base", base)
    assert code == 1
    assert list(bad(findings)) == ["webhook address at the vendor"]


def test_an_account_that_is_not_connected_is_told_what_to_do(setting, switchboard):
    code, findings = switchboard("channels", "check", "line/none", "--base", setting.stack.url)

    assert code == 1
    assert set(bad(findings)) == {"values that verify", "values that send", "webhook"}
    assert "switchboard connect line/none" in bad(findings)["values that verify"]


def test_a_secret_is_rotated_in_both_directions_at_once(setting):
    old, new = secrets.token_hex(32), secrets.token_hex(32)
    connect = setting.stack.connect
    bot = {"bot_token": "4242:example", "api": setting.telegram.double.url}

    connect("telegram/rotated", {"secret_token": old, **bot})
    assert [status(setting, one) for one in (old, new)] == [200, 401]

    connect("telegram/rotated", {"secret_token": new, "secret_token.previous": old, **bot})
    assert [status(setting, one) for one in (old, new)] == [200, 200]

    connect("telegram/rotated", {"secret_token": new, **bot})
    assert [status(setting, one) for one in (old, new)] == [401, 200]
