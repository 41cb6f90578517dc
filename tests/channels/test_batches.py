"""Many things in one webhook: what no decoder holds is left out of the part that it is in."""

import math

import pytest

from switchboard.channels.kit import batches
from switchboard.errors import BadRequestError, BadSignatureError
from switchboard.models import KEEP_SECONDS
from tests.kit.channels import NOW, received
from tests.signers import line

OLD = NOW - KEEP_SECONDS - 1


def test_what_is_nested_too_deeply_is_null_and_what_stands_beside_it_stays():
    body = b'{"a":["]}", {"b":%s}], "c":{"d":[]}}' % (b"[" * 50_000 + b'"\\"]"' + b"]" * 50_000)
    found = batches.read(body)

    assert found["a"][0] == "]}"
    assert found["c"] == {"d": []}
    inner = found["a"][1]["b"]
    for _ in range(batches.MOST_LEVELS - 3):
        (inner,) = inner
    assert inner is None


@pytest.mark.parametrize("body", [b"", b"[]", b'{"a":', b'{"a":' * 50_000, b"[" * 50_000, b"{a}"])
def test_what_is_no_object_is_refused(body):
    with pytest.raises(BadRequestError):
        batches.read(body)


def test_numbers_and_bytes_that_cannot_be_are_found_where_they_are():
    found = batches.read(b'{"a":%s,"b":"\xff","c":12}' % (b"9" * 9_000))

    assert math.isnan(found["a"])
    taken = batches.taken([{"x": one} for one in found.values()], lambda one: one["x"])
    assert taken == ((12,), 2)


def test_an_old_event_is_refused_where_it_is_alone_and_skipped_beside_others():
    fresh = line.event(line.TEXT, line.GROUP, number=1, now=NOW)
    old = line.event(line.TEXT, line.GROUP, number=2, now=OLD)

    assert received("line", line.callback(old, fresh)).skipped == 1
    with pytest.raises(BadSignatureError, match="older"):
        received("line", line.callback(old))
