"""The document tool's layer as `sam build` makes it, by the same recipe, and pandoc unpacked."""

import fcntl
import hashlib
import platform
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from tests.kit.environment import ROOT

SOURCE = ROOT / "layers/document"
LAYER = ROOT / "build/document-layer"
PROGRAMS = LAYER / "python/document_programs"
PANDOC = LAYER / "pandoc"


def make() -> None:
    """Make it unless it is there, and put it on Python's path.

    Of processes that want it at once one makes it, aside, so that nobody sees a half of it.
    """
    files = (one for one in sorted(SOURCE.rglob("*")) if one.suffix != ".pyc" and one.is_file())
    digest = hashlib.sha256(b"".join(one.read_bytes() for one in files)).hexdigest()
    mark = LAYER / "digest"
    LAYER.parent.mkdir(exist_ok=True)
    with (LAYER.parent / "document-layer.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (mark.exists() and mark.read_text() == digest):
            _make(digest)
    sys.path += [path for path in [str(LAYER / "python")] if path not in sys.path]


def _make(digest: str) -> None:
    with TemporaryDirectory(dir=LAYER.parent) as aside:
        made = Path(aside) / "made"
        told = [
            f"ARTIFACTS_DIR={made}",
            f"LAYER_PYTHON={sys.executable}",
            f"LAYER_ARCHITECTURE={platform.machine().replace('aarch64', 'arm64')}",
        ]
        subprocess.run(["make", "-s", "-C", SOURCE, "build-DocumentLayer", *told], check=True)
        unpack(made / PROGRAMS.relative_to(LAYER), made / PANDOC.relative_to(LAYER))
        (made / "digest").write_text(digest)
        if LAYER.exists():
            LAYER.rename(Path(aside) / "old")
        made.rename(LAYER)


def unpack(programs: Path, pandoc: Path) -> None:
    (wheel,) = programs.glob("*.whl")
    with ZipFile(wheel) as archive:
        pandoc.write_bytes(archive.read("pypandoc/files/pandoc"))
    pandoc.chmod(0o700)
