"""The chat page and what it asks for: answers, uploads, the list of tools. Not on the hot path."""

from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import uuid4

import boto3
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from botocore.config import Config
from msgspec import json
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from functions.console import catalogue, conversation, page, person, session
from functions.console.settings import ConsoleSettings
from switchboard import observe, storage
from switchboard.channels.web.session import ACCOUNT, uploads
from switchboard.errors import BadSignatureError
from switchboard.phrases import locale_of
from switchboard.runtime import kept

UPLOAD_SECONDS = 300

app = APIGatewayHttpResolver()


class Upload(BaseModel):
    """A file that the page wants to upload; `size` in bytes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=200)]
    media_type: Annotated[str, Field(pattern=r"^[\w.+-]+/[\w.+-]+$", max_length=100)]
    size: Annotated[int, Field(ge=1, le=storage.MAX_ATTACHMENT_BYTES)]


@observe.stage("console")
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one HTTP API request (payload version 2.0)."""
    answer = app.resolve(event, context)
    if answer["statusCode"] >= HTTPStatus.BAD_REQUEST:
        observe.log("refused", status=int(answer["statusCode"]))
    return answer


@app.get("/")
def home() -> Response[str]:
    return _moved("chat/index.html")


@app.get("/chat")
@app.get("/chat/")
def below() -> Response[str]:
    """The page's own links are relative, so it is only served below its folder."""
    inside = app.current_event.raw_path.endswith("/")
    return _moved("index.html" if inside else "chat/index.html")


@app.get("/chat/api/messages")
def messages() -> dict[str, Any]:
    """Both sides after the cursor `after`; links of an answer's files work for an hour."""
    after = app.current_event.query_string_parameters.get("after", "")[:100]
    return conversation.page(_subject(), after)


@app.post("/chat/api/uploads")
def upload() -> dict[str, Any]:
    """Where to put a file: a link that takes exactly this many bytes of this type, once signed."""
    folder = uploads(ACCOUNT, _subject())
    asked = Upload.model_validate_json(app.current_event.body or "{}")
    key = f"{folder}{uuid4()}"
    where = {
        "Bucket": ConsoleSettings.load().results_bucket,
        "Key": key,
        "ContentType": asked.media_type,
        "ContentLength": asked.size,
    }
    url = _s3().generate_presigned_url("put_object", Params=where, ExpiresIn=UPLOAD_SECONDS)
    return {"key": key, "url": url, "headers": {"content-type": asked.media_type}}


@app.get("/chat/api/tools")
def tools() -> dict[str, Any]:
    """The connected tools and the control words, for completion and for forms."""
    return {"tools": catalogue.listed(person.of(_subject()), _locale())}


@app.get("/chat/api/me")
def me() -> dict[str, Any]:
    """Who the person is, and what waits in their conversation."""
    return person.about(_subject(), _locale())


@app.get("/chat/index.html", compress=True)
def shown() -> Response[str]:
    """The page, which a browser shows again without asking, and asks for a newer one meanwhile."""
    headers = {
        "cache-control": "private, max-age=600, stale-while-revalidate=604800",
        "content-security-policy": _policy(),
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }
    html = page.whole().html
    return Response(HTTPStatus.OK, "text/html; charset=utf-8", html, headers=headers)


@app.exception_handler(BadSignatureError)  # type: ignore[untyped-decorator]
def unauthorised(error: BadSignatureError) -> Response[str]:
    return _error(HTTPStatus.UNAUTHORIZED, "bad_signature", "The session is missing or expired.")


@app.exception_handler(ValidationError)  # type: ignore[untyped-decorator]
def malformed(error: ValidationError) -> Response[str]:
    fields = ", ".join(str(problem["loc"][0]) for problem in error.errors() if problem["loc"])
    return _error(HTTPStatus.BAD_REQUEST, "bad_request", f"These fields do not fit: {fields}.")


def _subject() -> str:
    return session.subject(app.current_event.headers.get("authorization", ""))


def _locale() -> str:
    return locale_of("", app.current_event.query_string_parameters.get("locale", "en"))


def _moved(to: str) -> Response[str]:
    return Response(HTTPStatus.FOUND, body="", headers={"location": to})


def _error(status: HTTPStatus, code: str, message: str) -> Response[str]:
    body = json.encode({"error": {"code": code, "message": message}}).decode()
    return Response(status, content_type="application/json", body=body)


@kept
def _policy() -> str:
    """Nothing but what is in the page, our own API, and S3 for what is uploaded."""
    base, found = urlsplit(_s3().meta.endpoint_url), page.whole()
    return (
        f"default-src 'none'; script-src {' '.join(found.scripts)}; "
        f"style-src {' '.join(found.styles)}; img-src 'self' blob: data:; "
        f"connect-src 'self' {base.scheme}://{base.netloc}; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )


@kept
def _s3() -> Any:
    # Said, because boto3 else signs links by an older version, which leaves the size open.
    config = Config(  # type: ignore[no-untyped-call]
        signature_version="s3v4", s3={"addressing_style": "path"}
    )
    return boto3.client("s3", config=config)  # type: ignore[no-untyped-call]
