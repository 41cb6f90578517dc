"""DingTalk's event callbacks, under the keys of the vendor's sample."""

from collections.abc import Mapping
from typing import Any

from tests.kit import webhooks
from tests.signers import sealing
from tests.signers.saying import NOW, YES, Said, saying

VALUES = {
    "token": "mryue",
    "aes_key": "Yue0EfdN5900c1ce5cf6A152c63DDe1808a60c5ecd7",
    "owner_key": "dingf0apw4ibx5u5ktba",
    "app_key": "dingf0apw4ibx5u5ktba",
    "app_secret": "example-app-secret",
    "robot_code": "dingf0apw4ibx5u5ktba",
}
SENDER = "dinge8a565:staff{}".format
UNSIGNED = {"twice"}  # no header is signed
COMMENT = {
    "EventType": "bpms_task_change",
    "processInstanceId": "ad253df6-e175caf-68085c60ba8a",
    "corpId": "dinge8a565",
    "createTime": 1495542282000,
    "title": "TEST",
    "staffId": "staff1",
    "type": "comment",
    "content": "/help",
}
EVENTS = [COMMENT]
IGNORED: list[dict[str, Any]] = [
    {},
    {**COMMENT, "content": "fine by me"},
    {**COMMENT, "content": ""},
    {**COMMENT, "type": "finish", "result": "agree", "remark": "/help"},
    {**COMMENT, "EventType": "bpms_instance_change", "type": "start"},
    {"EventType": "user_add_org", "CorpId": "dinge8a565", "UserId": ["staff2"]},
    {"EventType": "check_url"},
]


def signed(found: Any, *, now: float, values: Mapping[str, str] = VALUES) -> Any:
    plain, owner = webhooks.encoded(found), values["owner_key"]
    return sealing.json_event("dingtalkevent/main", plain, values, owner, str(int(now * 1000)))


def _comment(one: Said) -> dict[str, Any]:
    """A comment in an approval: only one that begins with `/` is a message."""
    ids = {"processInstanceId": f"process-{one.chat}", "staffId": f"staff{one.user}"}
    return {**COMMENT, **ids, "createTime": 1495542282000 + one.number, "content": one.text}


message = saying(_comment, signed, VALUES)
HANDSHAKES = [signed({"EventType": "check_url"}, now=NOW)]
MALFORMED = [
    {**COMMENT, name: one}
    for name in ("processInstanceId", "staffId", "corpId")
    for one in ("", None, 5)
]
HOLDS = 3_600
OTHERS = {
    "a remark of who decides": {**COMMENT, "type": "finish", "remark": YES},
}
