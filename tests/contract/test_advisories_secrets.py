"""Known faults of other products with secrets, each tried on every account of every channel."""

import json

import pytest

from switchboard.channels import registry
from tests.contract import accounts
from tests.contract.accounts import ACCOUNTS, SECRETS, at, genuine

BLANK = [None, "", "  ", "\n\t"]


@pytest.fixture
def ingest():
    with accounts.ingest() as made:
        yield made


@pytest.mark.parametrize("name", ACCOUNTS)
def test_every_channel_has_a_signer_and_is_believed(ingest, name):
    """Without it no other test here would mean anything: a new channel cannot go without."""
    signer = accounts.signer(name)

    verdict = ingest.verdict(genuine(name, user=2))

    assert verdict.status == 200
    (envelope,) = verdict.envelopes
    assert envelope.text.endswith("/help")  # an event may say more of itself before it
    assert envelope.sender.id == signer.SENDER(2)
    assert envelope.lane.startswith(f"{name}/")
    assert callable(signer.signed)
    assert signer.EVENTS


@pytest.mark.parametrize("value", BLANK)
@pytest.mark.parametrize(("name", "key"), SECRETS)
def test_cve_2026_44109_an_account_without_a_secret_does_not_start(ingest, name, key, value):
    told = accounts.values(name)
    told[name] = {**told[name], key: value}
    if value is None:
        del told[name][key]
    ingest.restart(told)

    assert ingest.verdict(genuine(name)).status == 404
    assert ingest.verdict(genuine(_neighbour(name))).status == 200


@pytest.mark.parametrize(("name", "key"), SECRETS)
def test_ghsa_g353_mgv3_8pcj_there_is_no_weaker_mode_with_some_of_the_secrets(ingest, name, key):
    told = accounts.values(name)
    told[name] = {key: told[name][key]}
    needed = accounts.secrets(name)
    ingest.restart(told)

    assert ingest.verdict(genuine(name)).status == (200 if len(needed) == 1 else 404)


@pytest.mark.parametrize("name", ACCOUNTS)
def test_cve_2026_25474_and_26319_a_blank_secret_opens_nothing(ingest, name):
    """Signed with nothing, as anyone can; where nothing can be signed so, not signed at all."""
    blank = dict.fromkeys(accounts.signer(name).VALUES, "")
    right = genuine(name)
    try:
        forged = genuine(name, values=blank)
    except (ValueError, IndexError, KeyError, TypeError):
        forged = right
    if forged == right:  # a private key that is none of our values signed it
        forged = accounts.unsigned(right)

    assert ingest.verdict(forged).status in {400, 401, 415}


@pytest.mark.parametrize("name", ACCOUNTS)
def test_another_secret_is_not_believed(ingest, name):
    told = accounts.values(name)
    event = genuine(name)
    told[name] = accounts.other(told[name], name)
    ingest.restart(told)

    assert ingest.verdict(event).status in {401, 404}
    assert ingest.verdict(at(_neighbour(name), event)).status == 200


@pytest.mark.parametrize("name", ACCOUNTS)
def test_cve_2026_53830_and_43585_a_rotated_secret_is_refused_in_a_warm_environment(
    ingest, clock, name
):
    ingest.restart(accounts.values(name))
    assert ingest.verdict(genuine(name, now=clock()), clock()).status == 200
    ingest.cloud.accounts = {
        **accounts.values(name),
        name: accounts.other(accounts.values(name)[name], name),
    }

    clock.advance(299)
    assert ingest.verdict(genuine(name, number=2, now=clock()), clock()).status == 200
    clock.advance(1)
    for number in (3, 4):
        event = genuine(name, number=number, now=clock())
        status = _status(ingest, event, clock())
        assert status in {401, 404}


@pytest.mark.parametrize("name", ACCOUNTS)
def test_both_secrets_hold_while_they_are_rotated(ingest, name):
    told = accounts.values(name)
    needed = accounts.secrets(name)
    former = {f"{key}.previous": told[name][key] for key in needed}
    told[name] = {**accounts.other(told[name], name), **former}
    ingest.restart(told)

    assert ingest.verdict(genuine(name)).status == 200


@pytest.mark.parametrize("name", ACCOUNTS)
def test_ghsa_rq6g_px6m_c248_and_cve_2026_35635_two_accounts_on_one_path_do_not_start(ingest, name):
    told = json.dumps(accounts.values()[name])  # complete both times: either alone would start
    ingest.cloud.text = f'{{"{name}":{told},"{name}":{told}}}'
    ingest.restart({})

    assert ingest.verdict(genuine(name)).status == 404


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        (kind, key)
        for kind in registry.names()
        for key, secret in registry.channel(kind).receive.secrets.items()
        if secret is registry.Secret.CHOSEN
    ],
)
def test_cve_2026_35628_35646_and_35623_a_secret_that_is_chosen_is_not_guessable(ingest, kind, key):
    told = accounts.values(kind)
    told[f"{kind}/main"] = {**told[f"{kind}/main"], key: "x" * 31}
    ingest.restart(told)

    assert ingest.verdict(genuine(f"{kind}/main")).status == 404
    assert registry.Secret.CHOSEN.least * 8 >= 256


def _neighbour(name):
    kind, _, account = name.partition("/")
    return f"{kind}/{'second' if account == 'main' else 'main'}"


def _status(ingest, event, now):
    """Without the rule that a refusal is free: this one was verified, and read the secrets."""
    before = len(ingest.cloud.sent)
    status = accounts.app.respond(event, now).status
    assert len(ingest.cloud.sent) == before
    return status
