"""Forged requests of every kind and channel: refused, at no cost; and forging finds what is not."""

from random import Random

import pytest

from switchboard.channels import registry
from switchboard.channels.base import Received
from tests import signers
from tests.forging.__main__ import forging
from tests.forging.forgeries import KINDS, MAY_BE_GENUINE
from tests.kit import channels

ALL = len(registry.names()) * len(KINDS)


@pytest.fixture
def forger():
    with forging() as made:
        yield made


def test_forgeries_are_refused_and_cost_nothing(forger):
    found = forger.run(5 * ALL, Random(1))

    assert found["requests"] == 5 * ALL
    assert (found["aws_calls"], found["accepted"], found["server_errors"]) == (0, 0, 0)
    assert found["rss_growth_mb"] < 8
    assert 0 < found["us_per_request"] < 20_000


def test_every_channel_is_tried_with_every_kind_but_what_its_platform_does_not_sign(forger):
    assert {kind for _, kind in forger.genuine_still} <= MAY_BE_GENUINE
    assert len(forger.pairs) == ALL - len(forger.genuine_still)
    assert not {"slack", "feishu"} & {name for name, _ in forger.genuine_still}


@pytest.mark.parametrize("kind", ["slack", "feishu", "telegram"])
def test_a_channel_that_believes_everything_is_found(forger, monkeypatch, kind):
    made = type(channels.receiver(kind))
    message = channels.envelope(kind, signers.signer(kind).EVENTS[0])
    monkeypatch.setattr(made, "receive", lambda receiver, webhook: Received((message,)))
    found = forger.run(2 * ALL, Random(1))

    assert found["accepted"] > 0
    assert found["aws_calls"] > 0


def test_an_error_of_ours_is_found(forger, monkeypatch):
    def broken(receiver, webhook):
        raise KeyError("a header")

    monkeypatch.setattr(type(channels.receiver("slack")), "receive", broken)

    assert forger.run(ALL, Random(1))["server_errors"] > 0
