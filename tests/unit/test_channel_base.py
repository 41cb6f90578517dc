"""What all channels read their webhooks with."""

import pytest

from switchboard.channels import base
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
