"""The load of `make bench` in small: every message is answered, every change happens."""

from tests.bench import load


def test_every_message_of_the_load_is_answered():
    figures = load.measure(2 * load.WAVE)

    assert figures["answers"] == figures["messages"] == 2 * load.WAVE
    assert figures["effects"] == figures["changes"] == load.WAVE
    assert 0 < figures["aws_calls"] < 12
