"""Accounts: which of them start, and how long a secret that was changed is still believed."""

import json
import subprocess
import sys

import pytest

from functions.ingest import app
from functions.ingest.accounts import FRESH_SECONDS
from switchboard.channels import registry
from switchboard.cloud import aws
from switchboard.runtime import current
from tests import signers
from tests.kit.environment import surroundings

TELEGRAM = signers.signer("telegram")
FORMER, LATTER = "former-" + "x" * 32, "latter-" + "x" * 32


class Store:
    """SSM and SQS: the parameter as it is, and how often it was read."""

    def __init__(self, clock):
        self.clock = clock
        self.text = ""
        self.read = 0
        self.down = False

    def __call__(self, method, service, path, headers, body):
        if service != "ssm":
            return b'{"Successful":[{"Id":"0"}]}'
        self.read += 1
        if self.down:
            raise aws.AwsError("AccessDeniedException", 400, {})
        return json.dumps({"Parameter": {"Value": self.text}}).encode()

    def tell(self, **values):
        self.text = json.dumps({"telegram/main": values})


@pytest.fixture
def store(clock):
    made = Store(clock)
    with surroundings():
        current().give(aws.transport, made)
        yield made


def status(clock, secret, number=1):
    values = {**TELEGRAM.VALUES, "secret_token": secret}
    event = TELEGRAM.message("/help", number=number, now=clock(), values=values)
    return app.handler(event, None)["statusCode"]


def started(store, text):
    store.text = text
    current().restart()
    return app._accounts().names


def test_a_rotated_secret_is_refused_in_a_warm_environment_after_five_minutes(store, clock):
    store.tell(secret_token=FORMER)
    assert status(clock, FORMER) == 200
    store.tell(secret_token=LATTER)

    clock.advance(FRESH_SECONDS - 1)
    assert status(clock, FORMER) == 200
    clock.advance(1)
    assert [status(clock, FORMER), status(clock, FORMER), status(clock, LATTER)] == [401, 401, 200]


def test_while_it_is_rotated_both_secrets_hold(store, clock):
    store.tell(**{"secret_token": LATTER, "secret_token.previous": FORMER})

    assert [status(clock, FORMER), status(clock, LATTER)] == [200, 200]
    assert status(clock, "neither-" + "x" * 32) == 401


def test_secrets_are_read_again_every_five_minutes_and_only_for_what_is_verified(store, clock):
    store.tell(secret_token=FORMER)
    for _ in range(10):
        assert status(clock, FORMER) == 200
        clock.advance(FRESH_SECONDS / 5)
    clock.advance(FRESH_SECONDS)
    assert [status(clock, "wrong") for _ in range(3)] == [401, 401, 401]

    assert store.read == 2


@pytest.mark.parametrize("text", ["{}", "", "[]", "nonsense", '{"telegram/main":{}}'])
def test_an_account_that_was_taken_away_is_refused(store, clock, text):
    store.tell(secret_token=FORMER)
    status(clock, FORMER)
    store.text = text
    clock.advance(FRESH_SECONDS)

    assert [status(clock, FORMER), status(clock, FORMER)] == [401, 404]


def test_secrets_that_cannot_be_read_again_are_not_used_for_longer(store, clock):
    store.tell(secret_token=FORMER)
    status(clock, FORMER)
    clock.advance(FRESH_SECONDS)
    store.down = True

    assert status(clock, FORMER) == 503
    store.down = False
    assert status(clock, FORMER) == 200


def test_a_channel_whose_secrets_stay_keeps_what_it_remembers(store, clock):
    store.tell(secret_token=FORMER)
    before = app._accounts().receiver("telegram/main")
    clock.advance(FRESH_SECONDS)

    assert app._accounts().renewed("telegram/main", clock()) is before
    assert store.read == 2


def test_accounts_of_one_channel_have_their_own_secrets(store, clock):
    second = {**TELEGRAM.VALUES, "secret_token": LATTER}
    store.text = json.dumps({"telegram/main": TELEGRAM.VALUES, "telegram/second": second})
    event = TELEGRAM.message("/help", number=1, now=clock())

    assert app.handler(event, None)["statusCode"] == 200
    moved = {**event, "rawPath": "/webhook/telegram/second"}
    assert app.handler(moved, None)["statusCode"] == 401


@pytest.mark.parametrize(
    "name",
    [
        *("telegram", "telegram/", "telegram/Main", "Telegram/main", "telegram/1", "telegram/a"),
        *("telegram/a_b", "telegram/main/more", "telegram/ma%69n", "telegram/main\n", "/main"),
        *("telegram/" + "a" * 32, "telegram/会议", "nonsense/main"),
    ],
)
def test_an_account_of_another_name_does_not_start(store, lines, name):
    assert started(store, json.dumps({name: TELEGRAM.VALUES})) == set()
    assert [line["message"] for line in lines()] == ["account not started"]


@pytest.mark.parametrize(
    "values", [[], "secret", 5, None, {"secret_token": 5}, {"secret_token": None}]
)
def test_values_that_are_no_texts_do_not_start(store, values):
    both = {"telegram/main": values, "telegram/second": TELEGRAM.VALUES}

    assert started(store, json.dumps(both)) == {"telegram/second"}


def test_an_account_or_a_value_that_is_told_twice_does_not_start(store, lines):
    one, two = json.dumps(TELEGRAM.VALUES), json.dumps({"secret_token": LATTER})
    twice = f'{{"secret_token":"{FORMER}","secret_token":"{LATTER}"}}'
    third = f'"telegram/third":{one}'

    assert started(store, f'{{"telegram/main":{one},"telegram/main":{two},{third}}}') == {
        "telegram/third"
    }
    told = [(line["account"], line["why"]) for line in lines()]
    assert told == [("telegram/main", "told twice")] * 2
    assert started(store, f'{{"telegram/main":{twice},{third}}}') == {"telegram/third"}


@pytest.mark.parametrize("name", registry.names())
def test_a_secret_that_the_operator_chooses_is_long(name):
    values, inbound = signers.signer(name).VALUES, registry.channel(name).receive
    for key, secret in inbound.secrets.items():
        least = secret.least
        assert [*inbound.lacking({**values, key: "x" * (least - 1)})] == [key]
        assert [*inbound.lacking({**values, key: "x" * least})] == []
        assert [*inbound.lacking({**values, f"{key}.previous": "x" * least})] == []
        short = {**values, f"{key}.previous": "x" * (least - 1)}
        assert [*inbound.lacking(short)] == ([key] if least > 1 else [])


def test_no_channel_is_imported_before_it_is_asked_for():
    program = (
        "import sys; from tests.kit import environment; environment.provide()\n"
        "from functions.ingest import app\n"
        "from switchboard.channels import registry\n"
        "found = {one.split('.')[2] for one in sys.modules if registry.PACKAGE + '.' in one}\n"
        "assert not found & set(registry.names()), found\n"
        "assert 'switchboard.net.http' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
