"""A token an account: kept in memory, shared by all environments, renewed by one of them."""

import pytest

from switchboard.credentials import tokens
from switchboard.errors import UnavailableError
from switchboard.runtime import current
from tests.kit import ports
from tests.kit.environment import surroundings
from tests.kit.ports import throttled

NAME, PARAMETER = "wecom/main", "/stack/tokens/wecom-main"


class Platform:
    """Issues `t-1`, `t-2`…, each for two hours unless told otherwise."""

    def __init__(self):
        self.issued = 0
        self.seconds = 7200.0

    def __call__(self):
        self.issued += 1
        return f"t-{self.issued}", self.seconds


@pytest.fixture
def platform():
    return Platform()


@pytest.fixture
def shared(cloud):
    values = {"TOKENS_PARAMETER": "/stack/tokens/", "KMS_ARN": "our key", "LEDGER_TABLE": "ledger"}
    with surroundings(**values):
        yield cloud


def test_a_token_is_asked_for_once(shared, platform):
    assert [tokens.held(NAME, platform) for _ in range(3)] == ["t-1"] * 3
    assert shared.ports.calls == ["ssm.GetParameter", "dynamodb.UpdateItem", "ssm.PutParameter"]


def test_another_environment_finds_it_and_asks_nobody(shared, platform):
    tokens.held(NAME, platform)
    current().restart()
    shared.ports.calls.clear()

    assert tokens.held(NAME, platform) == "t-1"
    assert shared.ports.calls == ["ssm.GetParameter"]


def test_accounts_have_tokens_of_their_own(shared, platform):
    assert tokens.held("wecom/main", platform) == "t-1"
    assert tokens.held("wecom/other", platform) == "t-2"
    assert set(shared.parameters) == {PARAMETER, "/stack/tokens/wecom-other"}


def test_it_is_renewed_before_it_ends(shared, platform):
    tokens.held(NAME, platform)
    shared.clock.advance(7200 - tokens.MARGIN_SECONDS - 1)
    assert tokens.held(NAME, platform) == "t-1"
    shared.clock.advance(1)

    assert tokens.held(NAME, platform) == "t-2"
    assert shared.parameters[PARAMETER]["text"] == "t-2"


def test_a_refused_token_comes_back_from_nowhere(shared, platform):
    tokens.held(NAME, platform)
    tokens.forget(NAME)
    shared.clock.advance(tokens.LEASE_SECONDS + 1)

    assert tokens.held(NAME, platform) == "t-2"
    assert shared.clock.slept == []


def test_what_another_environment_has_put_instead_is_taken(shared, platform):
    tokens.held(NAME, platform)
    tokens.forget(NAME)
    shared.parameters[PARAMETER]["text"] = "t-theirs"

    assert tokens.held(NAME, platform) == "t-theirs"


def test_while_another_environment_asks_it_is_waited_for(shared, platform):
    def lost(operation, when):
        if (operation, when) == ("dynamodb.UpdateItem", "before"):
            shared.ports.watch = None
            current().restart()
            tokens.held(NAME, platform)
            current().restart()

    shared.ports.watch = lost

    assert tokens.held(NAME, platform) == "t-1"
    assert platform.issued == 1
    assert shared.clock.slept == [tokens.PATIENCE_SECONDS]


def test_one_that_asks_and_dies_keeps_nobody_waiting_long(shared, platform):
    def down():
        raise UnavailableError("the platform is down")

    with pytest.raises(UnavailableError):
        tokens.held(NAME, down)

    assert tokens.held(NAME, platform) == "t-1"
    assert sum(shared.clock.slept) == tokens.PATIENCE_SECONDS


@pytest.mark.parametrize(
    "call", ["ssm.GetParameter", "dynamodb.UpdateItem", "ssm.PutParameter"], ids=str
)
@pytest.mark.parametrize("error", [throttled, ports.dropped, lambda: ports.refused("AccessDenied")])
def test_sharing_that_fails_costs_no_push(shared, platform, call, error):
    for _ in range(4):
        shared.ports.fail(call, error())

    assert tokens.held(NAME, platform) == "t-1"
    assert tokens.held(NAME, platform) == "t-1"


def test_a_token_that_is_over_at_once_is_not_shared(shared, platform):
    platform.seconds = 0

    assert tokens.held(NAME, platform) == "t-1"
    assert tokens.held(NAME, platform) == "t-2"
    assert PARAMETER not in shared.parameters


def test_without_a_parameter_every_process_has_its_own(cloud, platform):
    with surroundings():
        assert [tokens.held(NAME, platform) for _ in range(2)] == ["t-1", "t-1"]
        tokens.forget(NAME)
        assert tokens.held(NAME, platform) == "t-2"

    assert cloud.ports.calls == []


def test_no_token_is_logged(shared, platform, capsys):
    shared.ports.fail("ssm.PutParameter", ports.refused("AccessDenied"))
    tokens.held(NAME, platform)

    told = capsys.readouterr().out
    assert "token not shared" in told
    assert "t-1" not in told
