"""Webhooks that are forms."""

from switchboard.channels.base import Webhook

FORM = "application/x-www-form-urlencoded"


def is_form(webhook: Webhook) -> bool:
    return webhook.headers.get("content-type", "").lower().startswith(FORM)
