"""What all channels read their webhooks with."""

import pytest

from switchboard.channels import base
from switchboard.channels.base import envelope_id
from switchboard.errors import BadRequestError


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":["\\ud800"]}',
        b'{"a":[[{"b":["\\udfff"]}]]}',
        b'{"a":"\xed\xa0\x80"}',
        b'\xef\xbb\xbf{"a":1}',
        '{"a":1}'.encode("utf-16"),
        '{"a":["\\ud800"]}'.encode("utf-16-le"),
    ],
)
def test_half_a_character_is_malformed_wherever_it_is(body):
    with pytest.raises(BadRequestError):
        base.read_json(body)


def test_whole_characters_may_be_escaped():
    found = base.read_json(b'{"a":["\\ud83d\\ude00"],"b":1e400,"c":' + b"9" * 40 + b"}")

    assert found["a"] == ["😀"]


def test_what_is_null_is_not_there():
    assert base.read_json(b'{"a":null,"b":[{"c":null,"d":0}],"e":[null]}') == {
        "b": [{"d": 0}],
        "e": [None],
    }
    with pytest.raises(BadRequestError):
        base.read_json(b'{"a":null,"a":null}')


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
    assert base.fresh("001760000000", 1_760_000_000.0) == "001760000000"
