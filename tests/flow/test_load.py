"""The load of `make bench` in small: every message is answered, every change happens."""

import pytest

from tests.bench import load

ALL = 2 * load.WAVE


@pytest.mark.parametrize("wave", [load.WAVE, ALL])
def test_every_message_of_the_load_is_answered(wave):
    figures = load.measure(ALL, wave)

    assert load.done(figures)
    assert (figures["answers"], figures["effects"], figures["swept"]) == (ALL, ALL // 2, 0)
    assert 0 < figures["aws_calls"] < 12
