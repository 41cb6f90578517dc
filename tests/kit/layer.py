"""The document tool's layer as `sam build` makes it, by the same recipe, and pandoc unpacked."""

import hashlib
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

from tests.kit.environment import ROOT

SOURCE = ROOT / "layers/document"
LAYER = ROOT / "build/document-layer"
PROGRAMS = LAYER / "python/document_programs"
PANDOC = LAYER / "pandoc"


def make() -> None:
    """Make it unless it is there, and put it on Python's path."""
    files = (one for one in sorted(SOURCE.rglob("*")) if one.suffix != ".pyc" and one.is_file())
    digest = hashlib.sha256(b"".join(one.read_bytes() for one in files)).hexdigest()
    mark = LAYER / "digest"
    if not (mark.exists() and mark.read_text() == digest):
        shutil.rmtree(LAYER, ignore_errors=True)
        told = [
            f"ARTIFACTS_DIR={LAYER}",
            f"LAYER_PYTHON={sys.executable}",
            f"LAYER_ARCHITECTURE={platform.machine().replace('aarch64', 'arm64')}",
        ]
        subprocess.run(["make", "-s", "-C", SOURCE, "build-DocumentLayer", *told], check=True)
        unpack(PROGRAMS, PANDOC)
        mark.write_text(digest)
    sys.path += [path for path in [str(LAYER / "python")] if path not in sys.path]


def unpack(programs: Path, pandoc: Path) -> None:
    (wheel,) = programs.glob("*.whl")
    with ZipFile(wheel) as archive:
        pandoc.write_bytes(archive.read("pypandoc/files/pandoc"))
    pandoc.chmod(0o700)
