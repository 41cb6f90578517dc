"""Letters that the web channel leaves, and the cursor with which the page fetches them."""

from switchboard.ledger import mailbox
from switchboard.ledger.mailbox import Letter
from switchboard.models import StoredFile
from tests.kit.clock import START

LATER = START + 3_600
LANE = "web/main/ada"


def letter(number=1, **changes):
    facts = {"id": f"l-{number}", "in_reply_to": "m-1", "text": f"letter {number}", "error": False}
    return Letter(**{**facts, "files": (), "at": START + number, **changes})


def test_letters_come_back_once_each_as_they_were_left_oldest_first_and_expire(cloud):
    file = StoredFile("results/1/0/a.txt", "a.txt", "text/plain", 3)
    left = [letter(2, files=(file,)), letter(1, error=True)]
    for one in (*left, *left):
        mailbox.leave(LANE, one)

    assert mailbox.list_letters(LANE, "", LATER)[0] == left[::-1]
    for other in ("web/main/ad", "web/main/ada2"):
        assert mailbox.list_letters(other, "", LATER) == ([], "")
    expiries = [row["expires_at"] for row in cloud.table.found("mailbox#")]
    assert expiries == [one.at + 30 * 86_400 for one in left[::-1]]


def test_the_cursor_gives_only_what_is_new_and_a_page_ends_at_its_limit(cloud):
    assert mailbox.list_letters(LANE, "", LATER) == ([], "")
    for number in range(5):
        mailbox.leave(LANE, letter(number))

    first, cursor = mailbox.list_letters(LANE, "", LATER, limit=3)
    second, after = mailbox.list_letters(LANE, cursor, LATER, limit=3)

    assert [one.id for one in first] == ["l-0", "l-1", "l-2"]
    assert [one.id for one in second] == ["l-3", "l-4"]
    assert mailbox.list_letters(LANE, after, LATER) == ([], after)


def test_a_letter_by_a_clock_that_is_behind_comes_with_the_next_page(cloud):
    mailbox.leave(LANE, letter(1, at=START))
    first, cursor = mailbox.list_letters(LANE, "", START)
    mailbox.leave(LANE, letter(2, at=START - 4))

    again, after = mailbox.list_letters(LANE, cursor, START + 0.5)
    assert {one.id for one in (*first, *again)} == {"l-1", "l-2"}
    assert mailbox.list_letters(LANE, after, START + 6) == ([], after) == ([], cursor)


def test_so_many_letters_at_once_that_they_fill_a_page_hold_up_no_other(cloud):
    for number in range(7):
        mailbox.leave(LANE, letter(number, at=START + number / 10))
    seen, cursor = [], ""
    for _ in range(4):
        page, cursor = mailbox.list_letters(LANE, cursor, START + 1, limit=3)
        seen += [one.id for one in page]

    assert set(seen) == {f"l-{number}" for number in range(7)}
