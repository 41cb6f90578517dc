"""Who may say who is whom, and who may lift a stop: least power where it counts most."""

from itertools import product

import pytest

from tests.kit import roles
from tests.kit.hops import tools
from tests.kit.template import functions as written

LEDGER = "${Ledger.Arn}"
EVERY = [*written()]
READS = ("GetItem", "Query", "ConditionCheckItem")
CHANGES = ("PutItem", "UpdateItem", "DeleteItem")


def test_no_stop_is_lifted_by_a_tool():
    for tool, action in product(tools(), CHANGES):
        assert not roles.may(tool, f"dynamodb:{action}", LEDGER, "stop#x")


@pytest.mark.parametrize("kind", ["code#x", "forgotten", "people", "sender#x"])
def test_only_approve_says_who_is_whom_and_signin_who_has_signed_in_to_the_page(kind):
    able = {
        name
        for name, action in product(EVERY, CHANGES)
        if roles.may(name, f"dynamodb:{action}", LEDGER, kind)
    }

    assert able == {"Approve", *({"Signin"} if kind == "people" else ())}


def test_who_signs_people_in_pairs_them_on_the_chat_page_and_nowhere_else():
    for action, elsewhere in product(("Get", "Update"), ("x", "slack/main/x", "web/other/x")):
        may = roles.may("Signin", f"dynamodb:{action}Item", LEDGER, f"sender#{elsewhere}")
        assert may == (action == "Get")
    assert roles.may("Signin", "dynamodb:UpdateItem", LEDGER, "sender#web/main/x")
    for name, kind, action in product(EVERY, ("password", "session"), (*READS, *CHANGES)):
        reached = roles.may(name, f"dynamodb:{action}", LEDGER, f"{kind}#x")
        leaves = (name, kind, action) == ("Approve", "password", "DeleteItem")  # with a person
        assert not reached or name == "Signin" or leaves
