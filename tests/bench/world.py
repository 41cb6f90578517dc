"""What the stub and the functions under measurement agree on: names, secrets, canned answers."""

import json

from tests import signers

REGION, BUCKET, TABLE = "us-east-1", "results", "ledger"
CHANNELS, TOOLS = "/bench/channels", "/bench/tools/"
SLACK_PATH, GITHUB_PATH, DAV_PATH = "/vendor/slack", "/vendor/github", "/vendor/dav/"
DOCUMENT = b"# Minutes\n\nWe met, we spoke, we parted.\n"
UPLOAD = {
    "key": "uploads/web/main/YWRh/0b6f9a3e-6f0e-4a53-9e8e-1f1d1c1b1a19",
    "name": "minutes.md",
    "media_type": "text/markdown",
    "size": len(DOCUMENT),
}

PERSON = {
    "person": {"S": "ada"},
    "name": {"S": "Ada"},
    "role": {"S": "member"},
    "timezone": {"S": "Europe/Berlin"},
    "version": {"N": "1"},
}
REPOSITORY = {
    "id": 1,
    "name": "hello",
    "full_name": "octo/hello",
    "private": False,
    "archived": False,
    "html_url": "https://github.com/octo/hello",
    "description": "My first repository",
    "stargazers_count": 80,
    "open_issues_count": 3,
    "default_branch": "main",
}
CALENDARS = """<?xml version="1.0" encoding="utf-8"?>
<multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
 <response><href>/vendor/dav/</href><propstat><prop>
  <current-user-principal><href>/vendor/dav/</href></current-user-principal>
  <C:calendar-home-set><href>/vendor/dav/</href></C:calendar-home-set>
  <resourcetype><collection/></resourcetype>
 </prop><status>HTTP/1.1 200 OK</status></propstat></response>
 <response><href>/vendor/dav/home/</href><propstat><prop>
  <displayname>Home</displayname>
  <resourcetype><collection/><C:calendar/></resourcetype>
  <C:supported-calendar-component-set><C:comp name="VEVENT"/></C:supported-calendar-component-set>
 </prop><status>HTTP/1.1 200 OK</status></propstat></response>
</multistatus>"""


def parameters(base: str) -> dict[str, str]:
    """The encrypted parameters of a stack whose platforms and vendors are at `base`."""
    slack = signers.signer("slack").VALUES | {"api": base + SLACK_PATH}
    github = {"endpoint": base + GITHUB_PATH, "token": "a token"}
    calendar = {"endpoint": base + DAV_PATH, "username": "ada", "password": "a password"}
    found = {
        CHANNELS: signers.accounts() | {"slack/main": slack},
        TOOLS + "github": {"connection": github},
        TOOLS + "calendar": {"connection": calendar},
        TOOLS + "document": {"connection": {"programs": "/none"}},
    }
    return {name: json.dumps(value) for name, value in found.items()}
