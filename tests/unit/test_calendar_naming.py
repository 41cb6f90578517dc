"""What the calendar shows of an id, and what it takes for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.tools.calendar.naming import begins, shortened


@pytest.mark.parametrize(
    ("ids", "shown"),
    [
        (["1b4e28ba-2fa1-11d2"], ["1b4e28ba"]),
        (["1b4e28ba-2fa1", "1b4e28ba-3fa1"], ["1b4e28ba-2", "1b4e28ba-3"]),
        (["abc-12345678@x"], ["abc-12345678"]),  # a number is whole, or it is another's
        (["ABCDEFGH-x", "Z", "abcdefgh-y"], ["ABCDEFGH-x", "Z", "abcdefgh-y"]),
    ],
)
def test_no_more_of_an_id_is_shown_than_is_needed(ids, shown):
    assert [shortened(ids)[uid] for uid in ids] == shown


@given(
    st.lists(st.from_regex(r"[abAB]{4}[-a]{1,4}[1a]{0,6}", fullmatch=True), min_size=1, unique=True)
)
def test_what_is_shown_of_an_id_means_that_event_and_no_other(ids):
    for uid, shown in shortened(ids).items():
        assert shown == uid or [one for one in ids if begins(one, shown)] == [uid]
