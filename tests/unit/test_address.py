"""Addresses that came inside payloads."""

import pytest

from switchboard.errors import RejectedError
from switchboard.net.address import allowed

HOSTS = ("api.example.com", ".files.example.com")
API = "http://127.0.0.1:8080"


@pytest.mark.parametrize("host", ["api.example.com", "a.files.example.com", "API.example.com:443"])
def test_an_address_of_the_platforms_is_called_there_or_below_the_configured_one(host):
    assert allowed(f"https://{host}/a?b=c", HOSTS) == f"https://{host}/a?b=c"
    assert allowed(f"https://{host}/a?b=c", HOSTS, API) == f"{API}/a?b=c"
    assert allowed(f"{API}/a?b=c", HOSTS, API) == f"{API}/a?b=c"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/",
        "http://api.example.com/",
        "https://api.example.com.example.org/",
        "https://api.example.com@example.org/",
        "https://a@api.example.com/",
        "https://api.example.com:8443/",
        "https://api.example.com:x/",
        "https://b.api.example.com/",
        "https://files.example.com/",
        "https://127.0.0.1/",
        "https://169.254.169.254/",
        "https://[::1/",
        "file:///etc/passwd",
        "http://127.0.0.1:8081/",
        "nonsense",
    ],
)
def test_any_other_address_is_refused(url):
    for api in ("", API):
        with pytest.raises(RejectedError):
            allowed(url, HOSTS, api)
