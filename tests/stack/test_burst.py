"""Many messages at once, of which the tool has one environment or none."""

from local.server import AT_ONCE
from tests.stack.killer import environments
from tests.stack.traffic import Traffic


def test_a_burst_waits_for_few_environments_and_not_for_the_sweep(setting):
    traffic = Traffic(setting, lambda _: None)

    traffic.burst(48)

    assert traffic.failures == []
    calls = [setting.rows.row(run, "op#000") for run in traffic.runs]
    assert [(call["state"], int(call["attempt"])) for call in calls] == [("DONE", 1)] * 48
    tool = environments(setting.stack.emulator.url, "switchboard-tool-calendar")
    assert 1 <= len(list(tool)) <= AT_ONCE
