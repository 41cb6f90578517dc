"""Letters that the web channel leaves, and the cursor with which the page fetches them."""

from switchboard import ledger
from switchboard.ledger import Letter
from switchboard.models import StoredFile
from tests.kit.clock import START

LANE = "web/main/ada"


def letter(number=1, **changes):
    facts = {"id": f"l-{number}", "in_reply_to": "m-1", "text": f"letter {number}", "error": False}
    return Letter(**{**facts, "files": (), "at": START + number, **changes})


def test_letters_come_back_as_they_were_left_oldest_first(cloud):
    file = StoredFile("results/1/0/a.txt", "a.txt", "text/plain", 3)
    left = [letter(2, files=(file,)), letter(1, error=True)]
    for one in left:
        ledger.leave(LANE, one)

    found, _ = ledger.letters(LANE, "")

    assert found == left[::-1]


def test_the_cursor_gives_only_what_is_new(cloud):
    ledger.leave(LANE, letter(1))
    _, cursor = ledger.letters(LANE, "")
    ledger.leave(LANE, letter(2))

    found, after = ledger.letters(LANE, cursor)

    assert [one.id for one in found] == ["l-2"]
    assert ledger.letters(LANE, after) == ([], after)


def test_an_empty_mailbox_keeps_the_cursor(cloud):
    assert ledger.letters(LANE, "") == ([], "")
    assert ledger.letters(LANE, "7") == ([], "7")


def test_a_page_of_letters_ends_at_its_limit_and_the_next_goes_on(cloud):
    for number in range(5):
        ledger.leave(LANE, letter(number))

    first, cursor = ledger.letters(LANE, "", limit=3)
    second, _ = ledger.letters(LANE, cursor, limit=3)

    assert [one.id for one in first + second] == [f"l-{number}" for number in range(5)]


def test_the_same_letter_again_changes_nothing(cloud):
    ledger.leave(LANE, letter())
    ledger.leave(LANE, letter())

    assert ledger.letters(LANE, "")[0] == [letter()]


def test_mailboxes_are_apart(cloud):
    ledger.leave(LANE, letter())

    assert ledger.letters("web/main/ad", "") == ([], "")
    assert ledger.letters("web/main/ada2", "") == ([], "")


def test_letters_expire(cloud):
    ledger.leave(LANE, letter(0))

    (row,) = cloud.table.found("mailbox#")
    assert row["expires_at"] == START + 30 * 86_400
