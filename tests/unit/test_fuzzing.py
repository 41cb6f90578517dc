"""The fuzzer's targets under hypothesis; `make fuzz` goes on from here, guided by coverage."""

from random import Random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from switchboard.channels import registry
from switchboard.channels.base import Received
from tests.fuzzing import targets
from tests.fuzzing.surroundings import surrounded

MANY = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(autouse=True)
def _surrounded():
    with surrounded():
        yield


@pytest.mark.parametrize("name", targets.TARGETS)
@MANY
@given(data=st.binary(max_size=2_000))
@example(b"HTTP/1.1 200\r\ncontent-length: " + b"9" * 5_000 + b"\r\n\r\n")
@example(b"\x1c7")
@example("HTTP/1.1 ²²²\r\n\r\n".encode("latin-1"))
def test_no_bytes_break_a_parser(name, data):
    targets.TARGETS[name](data)


@pytest.mark.parametrize("name", targets.TARGETS)
def test_what_fuzzing_begins_with_is_right(name):
    for seed in targets.seeds(name):
        targets.TARGETS[name](seed)


@pytest.mark.parametrize("name", ["verify", "request"])
def test_a_channel_that_believes_anything_is_found(monkeypatch, name):
    for kind in registry.names():
        made = type(targets.receiver(kind))
        monkeypatch.setattr(made, "receive", lambda receiver, webhook: Received())

    def try_many(luck):
        for _ in range(500):
            targets.TARGETS[name](luck.randbytes(50))

    with pytest.raises(targets.AcceptedError):
        try_many(Random(1))
