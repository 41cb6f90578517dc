"""`/enrol` in a chat: a link to the page, from who checks codes, to the sender alone."""

import re

from switchboard.credentials import enrolling
from switchboard.ledger import factors, tickets
from tests.kit import roles
from tests.kit.clock import START

LINK = re.compile(r"https://switchboard\.test/signin/enrol#(\w+)")


def test_who_asks_directly_gets_a_link_for_themselves(flow):
    flow.say("/enrol")

    (answer,) = flow.pump().answers()
    ticket = tickets.find(LINK.search(answer)[1], enrolling.PURPOSE, START)
    assert (ticket.person, ticket.sender) == ("ada", "web/main/ada")
    assert factors.find("ada") is None


def test_dispatch_makes_no_such_link():
    """Or whoever took it over could enrol for people, and approve what it plans."""
    for action in ("PutItem", "UpdateItem"):
        for function, may in (("Dispatch", False), ("Approve", action == "PutItem")):
            told = roles.may(function, f"dynamodb:{action}", "${Ledger.Arn}", "ticket#enrol/x")
            assert told == may
