"""Converts documents and reads the text in them: pandoc, Typst and pypdf, each in a child process."""

import json
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any
from zipfile import ZipFile

from switchboard.adapter import Answer, Call, Connection
from switchboard.arguments import Arguments
from switchboard.errors import BadRequestError

from .formats import Document, recognised
from .models import Convert, Extract, Info

SECONDS = 25
"""For one child process; three do the work of most calls."""
SHOWN = 3_000
"""Characters of an extracted text that are shown in the chat."""
NEEDS_PASSWORD, OUT_OF_MEMORY = 3, 251
MARKDOWN = "commonmark_x-raw_attribute-smart+autolink_bare_uris+east_asian_line_breaks"
READERS = {"md": MARKDOWN, "txt": "html", "pdf": "html"}
WRITERS = {"md": "gfm", "html": "html5", "epub": "epub3", "txt": "plain", "pdf": "typst"}
WORDS = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+")


class DocumentAdapter:
    def __init__(self, connection: Connection) -> None:
        self._programs = Path(connection["programs"] or _layer())
        self._operations: dict[str, Callable[..., Answer]] = {
            "convert": self._convert,
            "text.extract": self._extract,
            "info": self._info,
        }

    def run(self, call: Call, arguments: Arguments) -> Answer:
        return self._operations[call.operation](call, arguments)

    def _convert(self, call: Call, wanted: Convert) -> Answer:
        work = Work(call, self._programs, wanted.text, wanted.source)
        name = work.found.name
        if work.found.kind == wanted.to == "pdf":
            raise BadRequestError("already a PDF", say="same", name=name)
        stem = (wanted.name or PurePath(name).stem).strip(" .") or "document"
        made = work.folder / f"{stem}.{wanted.to}"
        notes = [call.say("text_only")] if work.found.kind == "pdf" else []
        files = [made]
        if wanted.to == "csv":
            files = _split(work.pandoc(made, writer="tables.lua"), name)
            if len(files) > 1:
                notes.append(call.say("tables", name=name, count=len(files)))
        elif wanted.to != "pdf":
            work.pandoc(made, writer=WRITERS.get(wanted.to, wanted.to))
        elif not work.typeset(made):
            notes.append(call.say("plain"))
        size = _size(sum(one.stat().st_size for one in files))
        text = call.say("converted", name=name, made=files[0].name, size=size)
        return Answer(text="\n\n".join([text, *notes]), files=tuple(map(_file, files)))

    def _extract(self, call: Call, wanted: Extract) -> Answer:
        work = Work(call, self._programs, "", wanted.source)
        name, text = work.found.name, work.text()
        if not text.strip():
            raise BadRequestError("no text", say="no_text", name=name)
        made = work.folder / f"{PurePath(name).stem or 'document'}.text.md"
        made.write_text(text, encoding="utf-8")
        count = len(WORDS.findall(text))
        shown = [call.say("extracted", name=name, count=count), text[:SHOWN].strip()]
        if len(text) > SHOWN:
            shown.append(call.say("shortened", made=made.name))
        return Answer(text="\n\n".join(shown), content={"words": count}, files=(_file(made),))

    def _info(self, call: Call, wanted: Info) -> Answer:
        work = Work(call, self._programs, "", None)
        facts = work.facts()
        say: list[tuple[str, str, object]] = [
            ("info_title", "title", facts["title"]),
            ("info_pages", "count", facts["pages"]),
            ("info_words", "count", facts["words"]),
        ]
        head = call.say(
            "info", name=work.found.name, kind=work.found.kind, size=_size(facts["bytes"])
        )
        lines = [call.say(phrase, **{field: value}) for phrase, field, value in say if value]
        return Answer(text="\n".join([head, *lines]), content=facts)


class Work:
    """One document on the desk: what it is, and the programs that can be run over it."""

    def __init__(self, call: Call, programs: Path, text: str, written: str | None) -> None:
        self._programs = programs
        self.folder = call.workdir / "made"
        self.folder.mkdir()
        self.path: Path | None = None
        if call.files:
            name, self.path = call.files[0].name, call.files[0].path
            data = self.path.read_bytes()
        elif text:
            name, data, written = call.say("pasted"), text.encode(), written or "md"
        else:
            raise BadRequestError("nothing to work on", say="nothing_given")
        self.bytes = len(data)
        self.found: Document = recognised(name, data, written)
        if self.found.kind == "pdf":
            self.found = replace(self.found, text=self._pdf("text", self.path or Path()))

    def pandoc(self, made: Path, *, writer: str, options: Sequence[str] = ()) -> Path:
        """Convert into `made`. Sandboxed, pandoc reads its own input and nothing else."""
        found = self.found
        script = self._programs / writer
        arguments = [
            str(self._unpacked()),
            *("+RTS", "-M512M", "-RTS"),
            *("--sandbox", "--standalone", "--wrap=none", "--embed-resources"),
            f"--from={READERS.get(found.kind, found.kind)}",
            f"--to={script if script.suffix == '.lua' else writer}",
            f"--lua-filter={self._programs / 'clean.lua'}",
            f"--metadata=stem:{made.stem}",
            f"--output={made}",
            *options,
        ]
        plain = found.kind in ("txt", "pdf")
        text = _paragraphs(found.text) if plain else found.text
        if not text and self.path:
            arguments.append(str(self.path))
        self._run(arguments, text.encode())
        return made

    def typeset(self, made: Path) -> bool:
        """Make a PDF; False when it had to do without images and formulas."""
        source = made.with_suffix(".typ")
        page = (f"--template={self._programs / 'page.typ'}", "--extract-media=.")
        self.pandoc(source, writer="typst", options=page)
        try:
            self._python("typeset", source, made)
        except BadRequestError:
            # One broken image, or a formula Typst does not know, must not cost the whole document.
            self.pandoc(source, writer="typst", options=(*page, "--metadata=plain:1"))
            self._python("typeset", source, made)
            return False
        return True

    def text(self) -> str:
        """The document as Markdown; a text is what it is."""
        if self.found.text and self.found.kind != "html":
            return self.found.text.replace("\f", "\n\n").strip() + "\n"
        made = self.pandoc(self.folder / "text", writer="gfm")
        return made.read_text(encoding="utf-8")

    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = {"title": "", "pages": self.found.parts}
        if self.found.kind == "pdf":
            facts |= json.loads(self._pdf("facts", self.path or Path()))
            text = self.found.text
        else:
            shape = f"--template={self._programs / 'facts.txt'}"
            made = self.pandoc(self.folder / "facts", writer="plain", options=(shape,))
            facts["title"], _, text = made.read_text(encoding="utf-8").partition("\n")
        words = len(WORDS.findall(text))
        return facts | {"kind": self.found.kind, "words": words, "bytes": self.bytes}

    def _pdf(self, task: str, source: Path) -> str:
        made = self.folder / task
        self._python(task, source, made)
        return made.read_text(encoding="utf-8")

    def _python(self, task: str, source: Path, made: Path) -> None:
        script = str(self._programs / "pdf.py")
        self._run([sys.executable, "-B", script, task, str(source), str(made)])

    def _unpacked(self) -> Path:
        pandoc = self.folder.parent / "pandoc"
        if not pandoc.exists():
            (wheel,) = self._programs.glob("pypandoc_binary-*.whl")
            with ZipFile(wheel) as archive:
                pandoc.write_bytes(archive.read("pypandoc/files/pandoc"))
            pandoc.chmod(0o700)
        return pandoc

    def _run(self, arguments: Sequence[str], data: bytes = b"") -> None:
        """What the child writes is dropped: it would quote the document into the log."""
        name = self.found.name if hasattr(self, "found") else ""
