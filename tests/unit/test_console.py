"""The console: whose it is, what it serves, and what it signs."""

import gzip
import json
import re
import time
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import pytest

from functions.console import app, page
from scripts import sign_events
from scripts.sign_events import SECRETS
from switchboard import config, control, storage
from switchboard.channels.web.session import uploads
from switchboard.cloud import aws
from switchboard.runtime import current
from tests.kit import roles
from tests.kit.environment import VARIABLES, surroundings

SECRET = SECRETS["web/main"]["session_secret"]
API = ["/chat/api/messages", "/chat/api/me", "/chat/api/tools", "/chat/api/uploads"]
FILE = {"name": "会议纪要.pdf", "media_type": "application/pdf", "size": 5}
LETTER = {
    "id": "1-0",
    "in_reply_to": "m1",
    "text": "**done**",
    "error": False,
    "at": 1_760_000_000.5,
    "files": [{"key": "results/1/0/会议.pdf", "name": "会议.pdf", "media_type": "a/b", "size": 5}],
}


class Cloud:
    """Just SSM and the mailbox."""

    def __init__(self):
        self.queries = []
        self.accounts = SECRETS

    def __call__(self, method, service, path, headers, body):
        if service == "ssm":
            return json.dumps({"Parameter": {"Value": json.dumps(self.accounts)}}).encode()
        if "GetItem" in headers["x-amz-target"]:
            return b"{}"
        self.queries.append(json.loads(body))
        item = {"sk": {"S": "1760000000.500000-1-0"}, "letter": {"S": json.dumps(LETTER)}}
        return json.dumps({"Items": [item]}).encode()


@pytest.fixture
def cloud():
    made = Cloud()
    with surroundings(AWS_DEFAULT_REGION="us-east-1"):
        current().give(aws.transport, made)
        yield made


def session(subject="ada", later=0):
    return sign_events.session(subject, time.time() + later, SECRET)


def asked(path, *, method="GET", body=None, token=None, **query):
    """A request as the HTTP API hands it over (payload 2.0)."""
    headers = {"content-type": "application/json"}
    if token is not None:
        headers["authorization"] = f"Bearer {token}"
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": headers,
        "queryStringParameters": query or None,
        "requestContext": {"http": {"method": method, "path": path}, "stage": "$default"},
        "body": body if body is None or isinstance(body, str) else json.dumps(body),
        "isBase64Encoded": False,
    }


def answered(path, **given):
    answer = app.handler(asked(path, **given), None)
    headers = {name.lower(): value for name, value in answer.get("headers", {}).items()}
    headers |= {k.lower(): v[0] for k, v in answer.get("multiValueHeaders", {}).items()}
    return answer["statusCode"], headers, answer["body"]


def found(path, **given):
    status, _, body = answered(path, **given)
    assert status == 200, body
    return json.loads(body)


@pytest.mark.parametrize("path", API)
@pytest.mark.parametrize(
    "token",
    [
        *(None, "", "a.b.c", "密"),
        session(later=-sign_events.SESSION_SECONDS - 60),
        sign_events.session("ada", time.time(), "another-secret-of-more-than-32-bytes"),
    ],
)
@pytest.mark.parametrize("body", [FILE, "not JSON", None])
def test_without_a_session_there_is_nothing(cloud, path, token, body):
    method = "POST" if path.endswith("uploads") else "GET"

    status, _, text = answered(path, method=method, token=token, body=body)

    assert status == 401
    assert json.loads(text)["error"]["code"] == "bad_signature"
    assert cloud.queries == []


def test_while_the_secret_is_changed_sessions_under_both_can_read(cloud, clock):
    new, today = "n" * 40, datetime.now(UTC).timestamp()  # PyJWT has a clock of its own
    rotated = {"session_secret": new, "session_secret.previous": SECRET}
    tokens = [sign_events.session("ada", today, secret) for secret in (SECRET, new)]
    found("/chat/api/messages", token=tokens[0])
    cloud.accounts = {"web/main": rotated}
    clock.advance(300)

    for token in tokens:
        assert found("/chat/api/messages", token=token)["messages"]
    cloud.accounts = {"web/main": {"session_secret": new}}
    assert found("/chat/api/messages", token=tokens[0])
    clock.advance(300)
    assert answered("/chat/api/messages", token=tokens[0])[0] == 401


def test_the_messages_are_those_of_the_session_with_links(cloud):
    answer = found("/chat/api/messages", token=session(), after="1759")

    (query,) = cloud.queries
    ((message,),) = ([one] for one in answer["messages"])
    link = urlsplit(message["files"][0]["url"])
    assert query["ExpressionAttributeValues"][":pk"] == {"S": "mailbox#web/main/ada"}
    assert query["ExpressionAttributeValues"][":after"] == {"S": "1759"}
    assert all(roles.may("Console", *need) for need in roles.asked("dynamodb", "Query", query))
    assert answer["cursor"] == "1760000000.500000-1-0"
    assert message["text"] == "**done**"
    assert message["in_reply_to"] == "m1"
    assert link.path == "/results/results/1/0/%E4%BC%9A%E8%AE%AE.pdf"
    assert parse_qs(link.query)["X-Amz-Expires"] == ["3600"]


def test_the_tools_are_the_connected_ones_in_the_language_asked_for(cloud):
    english = found("/chat/api/tools", token=session())["tools"]
    chinese = found("/chat/api/tools", token=session(), locale="zh-CN")["tools"]

    words = [word.name for word in control.words()]
    assert [tool["name"] for tool in english] == [*config.catalogue(), *words]
    calendar = {one["name"]: one for one in english}["calendar"]
    create = {one["name"]: one for one in calendar["operations"]}["events.create"]
    assert create["usage"].startswith("<title> start=… [end=…]")
    for entry in (0, -1):
        assert re.search("[一-鿿]", chinese[entry]["summary"])
        assert not re.search("[一-鿿]", english[entry]["summary"])


def test_an_upload_is_signed_for_its_bytes_its_type_and_its_own_place(cloud):
    given = {"method": "POST", "token": session(), "body": FILE}
    answer, other = (found("/chat/api/uploads", **given) for _ in range(2))

    url = urlsplit(answer["url"])
    query = parse_qs(url.query)
    assert answer["key"].startswith(uploads("main", "ada"))
    assert answer["key"] != other["key"]
    assert url.path == f"/{VARIABLES['RESULTS_BUCKET']}/{answer['key']}"
    assert query["X-Amz-SignedHeaders"] == ["content-length;content-type;host"]
    assert query["X-Amz-Expires"] == ["300"]
    assert answer["headers"] == {"content-type": "application/pdf"}


@pytest.mark.parametrize(
    "body",
    [
        *({}, None, "", "not JSON", "[]"),
        *(FILE | {"size": size} for size in (0, -1, storage.MAX_ATTACHMENT_BYTES + 1, "many")),
        *(FILE | {"name": name} for name in ("", "a" * 201)),
        *(FILE | {"media_type": one} for one in ("text", "a/b\r\nx-evil: 1", "a/" + "b" * 100)),
        *(FILE | {key: "1"} for key in ("key", 'a "quoted" name', "\\", "\ud800")),
    ],
    ids=lambda body: ascii(body)[:60],
)
def test_an_upload_of_another_shape_is_malformed(cloud, body):
    status, _, text = answered("/chat/api/uploads", method="POST", token=session(), body=body)

    assert status == 400
    assert json.loads(text)["error"]["code"] == "bad_request"


def test_what_does_not_fit_is_named(cloud):
    body = FILE | {"size": 0, "name": ""}

    _, _, text = answered("/chat/api/uploads", method="POST", token=session(), body=body)

    assert json.loads(text)["error"]["message"] == "These fields do not fit: name, size."


@pytest.mark.parametrize(
    ("path", "to"),
    [("/", "chat/index.html"), ("/chat", "chat/index.html"), ("/chat/", "index.html")],
)
def test_the_page_is_found_from_above(cloud, path, to):
    status, headers, _ = answered(path)

    assert (status, headers["location"]) == (302, to)


def test_the_page_is_one_file_under_its_policy(cloud):
    status, headers, body = answered("/chat/index.html")

    policy = dict(
        part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";")
    )
    assert status == 200
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert "max-age" in headers["cache-control"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert "unsafe" not in headers["content-security-policy"]
    for kind, tag in (
        ("script-src", r"<script[^>]*>(.*?)</script>"),
        ("style-src", r"<style>(.*?)</style>"),
    ):
        inside = [sha256(one.encode()).digest() for one in re.findall(tag, body, re.DOTALL)]
        assert policy[kind].split() == [f"'sha256-{b64encode(one).decode()}'" for one in inside]
    # Else a module would end early, or what it imports would be looked for.
    assert body.count("</script>") == len(policy["script-src"].split())
    assert not re.search(r"^(import|export)\b", body, re.MULTILINE)


def test_the_page_is_packed_for_who_can_unpack_it(cloud):
    event = asked("/chat/index.html")
    event["headers"]["accept-encoding"] = "gzip"
    answer = app.handler(event, None)

    assert answer["isBase64Encoded"]
    assert gzip.decompress(b64decode(answer["body"])).decode() == page.whole().html


def test_the_policy_lets_the_page_reach_where_uploads_go(cloud):
    link = found("/chat/api/uploads", method="POST", token=session(), body=FILE)["url"]
    _, headers, _ = answered("/chat/index.html")

    parts = urlsplit(link)
    connect = re.search(r"connect-src ([^;]+)", headers["content-security-policy"])
    assert connect[1].split() == ["'self'", f"{parts.scheme}://{parts.netloc}"]


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/chat/app.js",
            "/chat/style.css",
            "/chat/app.py",
            "/chat/../app.py",
            "/chat/..%2fapp.py",
            "/chat/..%2f..%2fsettings.py",
        ),
        *("/chat/vendor/../index.html", "/chat//etc/passwd", "/chat/%2e%2e/session.py"),
        *("/chat/.env", "/chat/index.html/", "/chat/INDEX.HTML", "/chat/index.html\u0000"),
        *("/chat/api", "/chat/api/nothing", "/index.html", "/webhook/slack/main", "/robots.txt"),
    ],
)
def test_nothing_else_is_served(cloud, path):
    status, _, body = answered(path, token=session())

    assert status == 404
    assert "import" not in body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD"])
def test_a_page_can_only_be_read(cloud, method):
    assert answered("/chat/index.html", method=method)[0] == 404


def test_a_refusal_is_one_line_without_the_token(cloud, lines):
    answered("/chat/api/messages", token="canary.canary.canary")

    assert lines() == [{"level": "INFO", "message": "refused", "stage": "console", "status": 401}]
