"""The same bytes again, on every channel: one run, also in environments that have just started."""

import pytest

from switchboard.channels import registry
from switchboard.models import decode_inbox
from tests import signers
from tests.kit import environment

SPOKEN = [kind for kind in registry.names() if kind != "github"]
"""What GitHub tells is an event: nobody says it to us, so it never makes a plan."""


@pytest.mark.parametrize("kind", SPOKEN)
def test_cve_2026_28449_and_ghsa_r9q5_c7qc_p26w_a_replay_runs_once(flow, kind):
    signer = signers.signer(kind)
    flow.aws.parameters[environment.CHANNELS] = signers.accounts()
    flow.pair(signer.SENDER(1), channel=kind)
    event = signer.message("/desk notes.add milk", number=1, now=flow.clock())

    assert flow.webhook(event) == 200
    for cold in (False, True):
        if cold:
            flow.cold()
        run(flow)
        flow.webhook(event)
        run(flow)

    assert flow.vendor.done("notes.add") == ["milk"]


@pytest.mark.parametrize("kind", SPOKEN)
def test_ghsa_rxmx_g7hr_8mx4_equal_ids_in_two_chats_run_twice(flow, kind):
    signer = signers.signer(kind)
    flow.aws.parameters[environment.CHANNELS] = signers.accounts()
    for chat in (1, 2):
        given = {"number": 1, "now": flow.clock(), "chat": chat, "user": chat}
        assert flow.webhook(signer.message(f"/desk notes.add {chat}", **given)) == 200
    for message in flow.aws.inbox.messages:  # a person of the page is another in another chat
        flow.pair(decode_inbox(message.body).sender.id, channel=kind)
    run(flow)

    assert flow.vendor.done("notes.add") == ["1", "2"]


def run(flow):
    """Plan, and run the tools; pushes are not of interest."""
    flow.plan()
    while flow._call_tool():
        pass
