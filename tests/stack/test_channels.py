"""Every channel through the deployed functions, with the rights that their roles have."""

import pytest

from switchboard.channels import registry
from tests.stack.logs import COMMAND, NOTICE, Logs
from tests.stack.tour import Tour


@pytest.fixture(scope="module")
def tour(setting):
    tour = Tour(setting)
    tour.go()
    return tour


@pytest.mark.parametrize("channel", registry.names())
def test_a_command_is_answered_and_files_go_both_ways(tour, channel):
    assert tour.wrong[channel] == []


def test_a_run_id_finds_every_line_of_every_function_that_its_message_passed(setting, tour):
    logs = Logs(setting.stack)

    assert list(logs.lost(tour.commands, COMMAND)) == []
    assert list(logs.lost(tour.notices, NOTICE)) == []
    assert tour.commands.keys() | tour.notices.keys() == set(registry.names())


def test_what_was_asked_is_done_and_answered_once(setting, tour):
    rows = setting.rows

    states = {(rows.state(run, "op#000"), rows.state(run, "answer#000")) for run in tour.runs}

    assert states == {("DONE", "SENT")}
    assert len(set(tour.runs)) == len(tour.runs)
    assert len(tour.runs) >= 2 * len(registry.names()) - 4  # the web keeps its own
