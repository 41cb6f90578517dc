"""The judge of times: equal meanings are equal, and a wrong value is worse than a question."""

import pytest
from msgspec import json

from tests.times.__main__ import judge, main

CASE = {
    "text": "tomorrow 3pm",
    "lang": "en",
    "now": "2026-12-02T10:00",
    "timezone": "Asia/Shanghai",
}
MEANT = {**CASE, "start": "2026-12-03T15:00"}


@pytest.mark.parametrize(
    ("answer", "meant", "verdict"),
    [
        ({"start": "2026-12-03T15:00"}, {"start": "2026-12-03T15:00:00+08:00"}, "exact"),
        ({"start": "2026-12-03T15:00", "duration": 60},
         {"start": "2026-12-03T15:00", "end": "2026-12-03T16:00"}, "exact"),
        ({"start": "2026-12-03", "end": "2026-12-03"}, {"start": "2026-12-03"}, "exact"),
        ({"ambiguous": True}, {"ambiguous": True}, "exact"),
        ({}, {"any_of": [{"duration": 5}, {"ambiguous": True}]}, "exact"),
        ({"rule": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"},
         {"rule": "RRULE:FREQ=DAILY;BYDAY=TU,MO,FR,WE,TH"}, "exact"),
        ({"rule": "FREQ=DAILY"}, {"rule": "FREQ=WEEKLY"}, "silent_wrong"),
        ({"start": "2026-12-04T15:00"}, {"start": "2026-12-03T15:00"}, "silent_wrong"),
        ({"start": "soon"}, {"start": "2026-12-03"}, "silent_wrong"),
        ({"start": "2026-12-03"}, {"ambiguous": True}, "silent_wrong"),
        ({}, {"duration": 90}, "asked"),
    ],
)  # fmt: skip
def test_an_answer_is_judged_by_what_it_means(answer, meant, verdict):
    assert judge(answer, CASE | meant) == verdict


@pytest.mark.parametrize(
    ("lines", "status", "last"),
    [
        ([MEANT], 0, '{"exact":1,"asked":0,"silent_wrong":0}'),
        ([MEANT, MEANT | {"text": "soon"}], 0, '{"exact":1,"asked":1,"silent_wrong":0}'),
        ([MEANT | {"text": "tomorrow 4pm"}], 1, '{"exact":0,"asked":0,"silent_wrong":1}'),
        ([], 1, '{"exact":0,"asked":0,"silent_wrong":0}'),
    ],
)
def test_a_file_is_read_and_judged(tmp_path, capsys, lines, status, last):
    file = tmp_path / "times.jsonl"
    file.write_bytes(b"\n".join(map(json.encode, lines)))

    assert main(file) == status
    assert capsys.readouterr().out.splitlines()[-1] == last
