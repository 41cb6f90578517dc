"""A bucket with some files in it, for what channels send."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import unquote

from switchboard.cloud import aws
from tests.unit.surroundings import surroundings


@contextmanager
def objects(found: Mapping[str, bytes]) -> Iterator[None]:
    """Every object that is asked for is one of these, by key."""

    def transport(method, service, path, headers, body):
        (content,) = (one for key, one in found.items() if unquote(path).endswith(f"/{key}"))
        return content

    before = aws.use(transport)
    try:
        with surroundings():
            yield
    finally:
        aws.use(before)
