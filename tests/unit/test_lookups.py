"""Who we are there, asked of the platform when an account is connected."""

import json

import pytest

from cli import vendors
from cli.connections import split
from tests import signers
from tests.kit.servers import Told, serving


def values_of(name):
    return dict(signers.signer(name).VALUES)


@pytest.mark.parametrize(
    ("name", "path", "answers", "told"),
    [
        ("telegram", "/getMe", [{"result": {"username": "the_bot"}}], {"bot_username": "the_bot"}),
        (
            "feishu",
            "/bot/v3/info",
            [{"tenant_access_token": "t-1"}, {"bot": {"open_id": "ou_us"}}],
            {"bot_open_id": "ou_us"},
        ),
        ("telegram", "/getMe", [{"ok": False}], {}),
        ("slack", "", [], {}),
    ],
)
def test_the_platform_is_asked_who_we_are(name, path, answers, told):
    with serving(*(Told(body=json.dumps(one).encode()) for one in answers)) as server:
        found = vendors.looked_up(f"{name}/main", {**values_of(name), "api": server.url})

    assert found == told
    assert not answers or server.asked[-1].path.endswith(path)
    assert name != "feishu" or server.asked[-1].headers["authorization"] == "Bearer t-1"
    into, out = split(f"{name}/main", {**values_of(name), **found})
    assert (found.items() <= into.items(), found.keys() & out.keys()) == (True, set())


def test_who_we_are_is_not_needed():
    assert vendors.looked_up("telegram/main", {"api": "http://127.0.0.1:1", "bot_token": "x"}) == {}
    assert vendors.looked_up("telegram/main", {}) == {}
