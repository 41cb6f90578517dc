"""The doubles give the files that people attach to who may have them, and to nobody else."""

import pytest

from switchboard.errors import RejectedError
from switchboard.net import http
from tests.doubles.feishu import MESSAGES, TOKEN_PATH, FeishuDouble
from tests.doubles.slack import SlackDouble
from tests.doubles.telegram import TelegramDouble

CONTENT = b"minutes\0" * 20_000


def fetched(double, url, token=""):
    headers = {"authorization": f"Bearer {token}"} if token else {}
    found = http.stream(url, headers, hosts=[double.url], limit=2**20)
    return found.media_type, b"".join(found.chunks)


def test_slack_shows_a_login_page_to_a_stranger():
    with SlackDouble() as double:
        url = double.host("minutes.txt", CONTENT)

        assert fetched(double, url, double.bot_token)[1] == CONTENT
        assert fetched(double, url) == ("text/html", b"<html>")


def test_slack_shares_only_what_was_uploaded_whole():
    with SlackDouble() as double:
        double.write("C1")
        bearer = {"authorization": f"Bearer {double.bot_token}"}
        fields = {"filename": "a.txt", "length": "5"}
        made = http.form(f"{double.api}/files.getUploadURLExternal", fields, bearer).body
        short = http.upload("POST", made["upload_url"], b"four", {}, plain=True)
        share = {"files": [{"id": made["file_id"]}], "channel_id": "C1"}
        told = http.post(f"{double.api}/files.completeUploadExternal", share, bearer)

    assert short.status == 400
    assert told.body["error"] == "file_not_found"
    assert double.messages == []


def test_feishu_asks_for_a_token_and_for_the_kind_of_file():
    with FeishuDouble() as double:
        message, key = double.host("oc_1", CONTENT)
        app = {"app_id": double.app_id, "app_secret": double.app_secret}
        token = http.post(double.url + TOKEN_PATH, app).body["tenant_access_token"]
        url = f"{double.url}{MESSAGES}{message}/resources/{key}"

        assert fetched(double, f"{url}?type=file", token)[1] == CONTENT
        file = f"{url}?type=file"
        for wrong, given in ((url, token), (file, "t-wrong"), (file, "")):
            with pytest.raises(RejectedError):
                fetched(double, wrong, given)


def test_telegram_tells_the_path_of_a_file_first():
    with TelegramDouble() as double:
        id_ = double.host(CONTENT)
        base = f"{double.api}/bot{double.bot_token}"
        path = http.post(f"{base}/getFile", {"file_id": id_}).body["result"]["file_path"]
        unknown = http.post(f"{base}/getFile", {"file_id": "BQAC9"})

        assert fetched(double, f"{double.api}/file/bot{double.bot_token}/{path}")[1] == CONTENT
        assert unknown.status == 400
        with pytest.raises(RejectedError):
            fetched(double, f"{double.api}/file/bot1:wrong/{path}")
