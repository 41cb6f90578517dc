"""The document tool as the frame around it calls it, with the programs of its real layer."""

import os
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import pytest

from switchboard.errors import BadRequestError
from switchboard.sdk.adapter import File, Output
from tests.kit import layer
from tests.kit.asker import Asker
from tests.kit.servers import Server, Told, serving
from tests.servers.document_samples import picture


@pytest.fixture(scope="session")
def programs() -> Path:
    """What `sam build` made of the layer if the tests run on that, else what its recipe makes."""
    if built := find_spec("document_programs"):
        return Path(str(built.origin)).parent
    layer.make()
    return layer.PROGRAMS


@pytest.fixture(scope="session")
def pandoc(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """pandoc unpacked once, because doing it for each of some hundred calls takes minutes."""
    if programs == layer.PROGRAMS:
        return layer.PANDOC
    path = tmp_path_factory.mktemp("pandoc") / "pandoc"
    layer.unpack(programs, path)
    return path


class Desk(Asker):
    """Somebody who hands in documents; each call has a working directory of its own."""

    copies = 1
    """How many files come with a call."""

    def __init__(self, pandoc: Path | None, folder: Path) -> None:
        super().__init__("document")
        self._pandoc = pandoc
        self._folder = folder

    def __call__(
        self, operation: str, name: str = "", data: bytes | str = b"", /, **arguments: object
    ) -> Output:
        self.workdir = self._folder / uuid4().hex
        self.workdir.mkdir()
        if self._pandoc:
            os.link(self._pandoc, self.workdir / "pandoc")
        self.files = ()
        if name:
            path = self.workdir / "attachment-0"
            path.write_bytes(data.encode() if isinstance(data, str) else data)
            self.files = (File(name, "application/octet-stream", path),) * self.copies
        return super().__call__(operation, **arguments)

    def made(self, to: str, name: str, data: bytes | str, **arguments: object) -> bytes:
        """The one file that converting brings."""
        (file,) = self("convert", name, data, to=to, **arguments).files
        return file.path.read_bytes()

    def refusal(self, operation: str, name: str, data: bytes | str, **arguments: object) -> str:
        """The name of the phrase, after checking that a person can read it in both languages."""
        with pytest.raises(BadRequestError) as caught:
            self(operation, name, data, **arguments)
        for self.locale in ("zh", "en"):
            said = self.words(caught.value)
            assert name in said
            assert bool(re.search("[\u4e00-\u9fff]{3}", said)) == (self.locale == "zh")
        return caught.value.say


@pytest.fixture
def desk(pandoc: Path, tmp_path: Path) -> Desk:
    return Desk(pandoc, tmp_path)


@pytest.fixture
def desk_of_layer(programs: Path, tmp_path: Path) -> Desk:
    """A desk where pandoc is still packed in the layer."""
    return Desk(None, tmp_path)


@pytest.fixture(scope="session")
def shared_desk(pandoc: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(pandoc, tmp_path_factory.mktemp("desk"))


@pytest.fixture
def listener() -> Iterator[Server]:
    """A web server that should not be asked for anything."""
    with serving(Told(body=picture(10))) as server:
        yield server
