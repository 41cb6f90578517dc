"""The document tool as the frame around it calls it, with the programs of its real layer."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4
from zipfile import ZipFile

import pytest

from functions.tools.document.adapter import DocumentAdapter
from switchboard.errors import BadRequestError
from switchboard.frame.package import Tool
from switchboard.models import Locale
from switchboard.sdk.adapter import Answer, Call, Connection, File
from tests.servers.document_samples import picture

LAYER = Path("layers/document")
TOOL = Tool("document", "functions.tools.document.adapter:DocumentAdapter")


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `sam build` makes of the layer, made by the same recipe."""
    target = tmp_path_factory.mktemp("layer")
    machine = {"aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)
    variables = [f"ARTIFACTS_DIR={target}", f"PYTHON={sys.executable}", f"ARCHITECTURE={machine}"]
    subprocess.run(["make", "-s", "-C", LAYER, "build-DocumentLayer", *variables], check=True)
    return target / "python" / "document_programs"


@pytest.fixture(scope="session")
def pandoc(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """pandoc unpacked once, because doing it for each of some hundred calls takes minutes."""
    (wheel,) = programs.glob("*.whl")
    with ZipFile(wheel) as archive:
        path = Path(archive.extract("pypandoc/files/pandoc", tmp_path_factory.mktemp("pandoc")))
    path.chmod(0o700)
    return path


class Desk:
    """Somebody who hands in documents; each call has a working directory of its own."""

    def __init__(self, programs: Path | str, pandoc: Path | None, folder: Path) -> None:
        self.adapter = DocumentAdapter(Connection({"programs": str(programs)}))
        self.locale: Locale = "en"
        self._pandoc = pandoc
        self._folder = folder

    def __call__(
        self, operation: str, name: str = "", data: bytes | str = b"", /, **arguments: object
    ) -> Answer:
        workdir = self._folder / uuid4().hex
        workdir.mkdir()
        if self._pandoc:
            os.link(self._pandoc, workdir / "pandoc")
        files = ()
        if name:
            path = workdir / "attachment-0"
            path.write_bytes(data.encode() if isinstance(data, str) else data)
            files = (File(name, "application/octet-stream", path),)
        call = Call(
            key=uuid4(),
            operation=operation,
            locale=self.locale,
            timezone="UTC",
            workdir=workdir,
            files=files,
            say=self._say,
        )
        model = TOOL.model(TOOL.operation(operation))
        return self.adapter.run(call, model.model_validate(arguments))

    def made(self, to: str, name: str, data: bytes | str, **arguments: object) -> bytes:
        """The one file that converting brings."""
        (file,) = self("convert", name, data, to=to, **arguments).files
        return file.path.read_bytes()

    def refusal(self, operation: str, name: str, data: bytes | str, **arguments: object) -> str:
        """The name of the phrase, after checking that a person can read it in both languages."""
        with pytest.raises(BadRequestError) as caught:
            self(operation, name, data, **arguments)
        error = caught.value
        for locale in ("en", "zh"):
            said = TOOL.say(error.say, locale, **{**error.values, "tool": "document"})
            assert name in said
            assert bool(re.search("[\u4e00-\u9fff]{3}", said)) == (locale == "zh")
        return error.say

    def _say(self, phrase: str, **values: object) -> str:
        return TOOL.say(phrase, self.locale, **values)


class Listener(ThreadingHTTPServer):
    """A web server that only writes down what it is asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Listener

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(picture(10))

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def desk(programs: Path, pandoc: Path, tmp_path: Path) -> Desk:
    return Desk(programs, pandoc, tmp_path)


@pytest.fixture
def desk_with(tmp_path: Path) -> Callable[[str], Desk]:
    """A desk where pandoc is still packed in the layer."""
    return lambda programs: Desk(programs, None, tmp_path)


@pytest.fixture(scope="session")
def shared_desk(programs: Path, pandoc: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(programs, pandoc, tmp_path_factory.mktemp("desk"))


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()
