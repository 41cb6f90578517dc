"""Tickets: what a link is good for, once and for ten minutes."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from switchboard.cloud.aws import AwsError
from switchboard.errors import BadRequestError
from switchboard.ledger import table, tickets
from switchboard.ledger.tickets import Ticket
from tests.kit.clock import START

ADA = Ticket(purpose="connect", person="ada", sender="web/main/ada", data={"tool": "github"})


def issue(ticket=ADA):
    token = tickets.token()
    table.transact([tickets.issue_guard(token, ticket, START).item])
    return token


def use(token, purpose="connect", now=START):
    """Whether it was there to be used."""
    try:
        table.transact([tickets.use_guard(token, purpose, now).item])
    except AwsError as error:
        return not error.condition_failed
    return True


def gone(token, purpose="connect", now=START):
    with pytest.raises(BadRequestError) as told:
        tickets.find(token, purpose, now)
    return told.value.say == "ticket_gone"


def test_a_ticket_says_whose_it_is_and_what_for_and_looking_leaves_it(cloud):
    token = issue()

    for _ in range(3):
        found = tickets.find(token, "connect", START + 1)
        assert (found.person, found.sender, found.data) == ("ada", "web/main/ada", ADA.data)
    assert use(token)


def test_of_two_hundred_at_once_one_uses_it(cloud):
    token = issue()

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(lambda _: use(token), range(200))) == 1
    assert gone(token)


@pytest.mark.parametrize("now", [START + tickets.SECONDS, START + 86_400])
def test_it_is_over_after_ten_minutes_whether_its_row_is_still_there_or_not(cloud, now):
    token = issue()

    assert tickets.find(token, "connect", START + tickets.SECONDS - 1)
    assert gone(token, now=now)
    assert not use(token, now=now)


def test_it_is_good_for_its_purpose_alone_and_another_token_is_none(cloud):
    token = issue()

    for other, purpose in ((token, "enrol"), (token[:-1], "connect"), ("", "connect")):
        assert gone(other, purpose)
        assert not use(other, purpose)
    assert use(token)


def test_the_table_has_a_hash_and_says_the_purpose_by_which_roles_tell(cloud):
    tokens = {issue() for _ in range(100)}

    rows = str(cloud.table.rows)
    assert len(tokens) == 100
    assert not any(token in rows for token in tokens)
    assert all(pk.startswith("ticket#connect/") for pk, _ in cloud.table.rows)
