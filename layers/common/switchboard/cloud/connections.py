"""Where AWS's services are, and the connections to them that a process keeps."""

from pathlib import Path
from typing import Any

from switchboard.net import http1
from switchboard.runtime import kept
from switchboard.settings import AwsSettings

TIMEOUT_SECONDS = 10.0
ROOTS = Path(__file__).with_name("amazon-roots.pem")
"""Amazon Trust Services' four roots, which AWS endpoints chain to."""


@kept
def base_of(service: str) -> str:
    """The address of a service in our region."""
    settings = AwsSettings.load()
    domain = "amazonaws.com.cn" if settings.aws_region.startswith("cn-") else "amazonaws.com"
    return settings.aws_endpoint_url or f"https://{service}.{settings.aws_region}.{domain}"


def connection(base: str) -> http1.HttpConnection:
    """The one to this address; made when it is first asked for."""
    found = _kept().get(base)
    if found is None:
        context = tls() if base.startswith("https") else None
        found = _kept()[base] = http1.HttpConnection(base, TIMEOUT_SECONDS, context)
    return found


def warm() -> None:
    """Make the TLS context now, in the start-up phase, where Lambda gives more processor."""
    if base_of("sqs").startswith("https"):
        tls()


def hang_up() -> None:
    """Keep no connection: after a failure none is known to be good."""
    while _kept():
        _kept().popitem()[1].close()


@kept
def tls() -> Any:
    import ssl  # noqa: PLC0415  not needed against a plain local endpoint

    made = ssl.create_default_context(cafile=AwsSettings.load().aws_ca_bundle or str(ROOTS))
    made.minimum_version = ssl.TLSVersion.TLSv1_2  # whatever the machine's OpenSSL allows
    return made


@kept
def _kept() -> dict[str, http1.HttpConnection]:
    return {}
