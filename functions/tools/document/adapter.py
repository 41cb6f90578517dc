"""Converts documents and reads the text in them: each of its programs runs as a child process."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from switchboard.errors import BadRequestError, UnclearError
from switchboard.sdk.adapter import Adapter, Call, File, Output
from switchboard.sdk.kit.listing import paragraphs
from switchboard.sdk.kit.words import plain, size

from .formats import Document, Hints, read_as, recognised, safe_stem, words
from .glyphs import named, undrawn
from .models import MEDIA_TYPES, Convert, Extract, Info
from .notes import Note, noted, told
from .tables import as_html, tables_apart

SECONDS = 20
"""For one child process; at most four do the work of a call."""
SHOWN = 3_000
"""Characters of an extracted text that are shown in the chat."""
REASONS = {3: "protected", 4: "too_much", 99: "elsewhere", 251: "too_hard"}
"""Why it gave up, see tasks/endings.py; pandoc's are a file it may not read and a full heap."""
FIRST = {"pdf": "pdf_text", "xlsx": "sheets", "ods": "sheets"}
FIRST |= dict.fromkeys(("docx", "odt", "pptx"), "whole")
"""What is done before pandoc, which reads no PDF, and not all of other documents."""
TITLE = 200
"""Characters of a title."""
AS_IT_IS = {"md", "rst", "csv", "txt", "pdf"}
MARKDOWN = "gfm-tex_math_dollars"
"""Where a dollar sign needs no backslash; clean.lua writes the formulas."""
FILTERS = ("dollars", "clean", "layout")
WRITERS = {"md": MARKDOWN, "html": "html5", "epub": "epub3", "txt": "plain"}


class DocumentAdapter(Adapter):
    def convert(self, call: Call, arguments: Convert) -> Output:
        work = Work(call, arguments.text, arguments.source, arguments.encoding)
        if work.found.kind == arguments.to == "pdf":
            raise BadRequestError("already a PDF", say="same", name=work.name)
        if work.found.kind == "pdf" and not work.found.text.strip():
            raise BadRequestError("no text", say="no_text", name=work.name)
        made = (
            work.folder
            / f"{safe_stem(arguments.name + '.') if arguments.name else work.stem}.{arguments.to}"
        )
        notes = work.notes()
        if work.found.kind == "pdf":
            notes.append(call.say("text_only"))
        paths = [made]
        if arguments.to == "csv":
            paths = tables_apart(work.pandoc(made, writer="tables.lua"), work.name)
            if len(paths) > 1:
                notes.append(call.say("tables", count=len(paths)))
        elif arguments.to == "pdf":
            notes += [call.say(note.phrase, **note.values) for note in work.typeset(made)]
        else:
            work.pandoc(made, writer=WRITERS.get(arguments.to, arguments.to))
        total = size(sum(one.stat().st_size for one in paths))
        text = call.say("converted", name=work.name, made=paths[0].name, size=total)
        return Output(text=paragraphs(text, *notes), files=tuple(map(_file, paths)))

    def text_extract(self, call: Call, arguments: Extract) -> Output:
        work = Work(call, "", arguments.source, arguments.encoding)
        text = work.text()
        if not text.strip():
            raise BadRequestError("no text", say="no_text", name=work.name)
        made = work.folder / f"{work.stem}.text.md"
        made.write_text(text, encoding="utf-8")
        count = words(text)
        head = call.say("extracted", name=work.name, count=count)
        more = call.say("shortened", made=made.name) if len(text) > SHOWN else ""
        shown = paragraphs(*work.notes(), head, text[:SHOWN].strip(), more)
        return Output(text=shown, content={"words": count}, files=(_file(made),))

    def info(self, call: Call, arguments: Info) -> Output:
        work = Work(call)
        facts = work.facts()
        facts["title"] = " ".join(facts["title"].split())[:TITLE]
        shown = {name: facts[name] for name in ("title", "pages", "words") if facts[name]}
        total = size(work.bytes)
        lines = [call.say("info", name=work.name, kind=work.found.kind, size=total)]
        lines += [call.say(f"info_{name}", value=plain(str(one))) for name, one in shown.items()]
        return Output(text=paragraphs("\n".join(lines), *work.left()), content=facts)


class Work:
    """One document, and the programs that can be run over it."""

    def __init__(
        self, call: Call, text: str = "", written: str | None = None, encoding: str = ""
    ) -> None:
        self._say, self._files = call.say, len(call.files)
        self._programs = Path(str(files("document_programs")))
        self.folder = call.workdir / "made"
        self.folder.mkdir()
        self.path = Path()
        if call.files:
            self.name, self.path = call.files[0].name, call.files[0].path
            data = self.path.read_bytes()
        elif text:
            self.name, data, written = call.say("pasted"), text.encode(), written or "md"
            encoding = "utf-8"
        else:
            raise UnclearError("nothing to work on", say="nothing_given")
        self.bytes = len(data)
        self.stem = safe_stem(self.name)
        self.found = recognised(self.name, data, Hints(written, encoding, call.locale))
        if task := FIRST.get(self.found.kind):
            self.found = self._first(task)

    def left(self) -> list[str]:
        """That other files were left, if any were."""
        one = noted("one_file", name=self.name, count=self._files)
        return [self._say(one.phrase, **one.values)] if self._files > 1 else []

    def notes(self) -> list[str]:
        """What is to be known of how it was read."""
        return self.left() + [self._say(note.phrase, **note.values) for note in self.found.notes]

    def pandoc(self, made: Path, *, writer: str, options: Sequence[str] = ()) -> Path:
        """Convert into `made`. In its sandbox pandoc reads its own input and nothing else."""
        reader, text = read_as(self.found)
        arguments = [
            str(self._unpacked()),
            *("+RTS", "-M512M", "-RTS"),
            *("--sandbox", "--standalone", "--embed-resources", "--wrap=none"),
            f"--from={reader}",
            f"--to={self._programs / writer if writer.endswith('.lua') else writer}",
            *(f"--lua-filter={self._programs / one}.lua" for one in FILTERS),
            f"--metadata=stem:{self.stem}",
            f"--output={made}",
            *options,
        ]
        self._run(arguments if text else [*arguments, str(self.path)], text.encode())
        return made

    def typeset(self, made: Path) -> Iterator[Note]:
        """Make a PDF; what of it is not to be seen there."""
        source = made.with_suffix(".typ")
        page = [f"--template={self._programs / 'page.typ'}", "--extract-media=."]
        try:
            self._python("typeset", self.pandoc(source, writer="typst", options=page), made)
        except BadRequestError as error:
            if error.detail == "timeout":
                raise
            # One broken image, or a formula Typst does not know, must not cost the whole document.
            page.append("--metadata=plain:1")
            self._python("typeset", self.pandoc(source, writer="typst", options=page), made)
            yield noted("plain")
        if missing := undrawn(source.read_text(encoding="utf-8"), self._programs / "fonts"):
            yield noted("no_font", count=len(missing), characters=named(missing))

    def text(self) -> str:
        """The document as Markdown; a text is what it is."""
        if self.found.kind in AS_IT_IS:
            return self.found.text.replace("\f", "\n\n").strip() + "\n"
        return self.pandoc(self.folder / "text", writer=MARKDOWN).read_text(encoding="utf-8")

    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = {"kind": self.found.kind, "bytes": self.bytes}
        if self.found.kind == "pdf":
            made = self._python("pdf_facts", self.path, self.folder / "facts")
            return {**facts, "words": words(self.found.text), **json.loads(made.read_text())}
        shape = f"--template={self._programs / 'facts.txt'}"
        made = self.pandoc(self.folder / "facts", writer="plain", options=(shape,))
        title, _, text = made.read_text(encoding="utf-8").partition("\n")
        return {**facts, "pages": self.found.parts, "title": title, "words": words(text)}

    def _first(self, task: str) -> Document:
        made = self._python(task, self.path, self.folder / "first")
        facts = json.loads(made.with_suffix(".facts").read_text())
        found = replace(self.found, notes=tuple(told(facts)))
        if task == "whole":
            self.path = made
            return found
        text = made.read_text(encoding="utf-8")
        if task == "sheets":
            text = as_html(json.loads(text))
        return replace(found, text=text, parts=facts["parts"])

    def _python(self, task: str, source: Path, made: Path) -> Path:
        module = "document_programs.tasks"
        # -P: what a document unpacks into the working directory is no module.
        self._run([sys.executable, "-B", "-P", "-m", module, task, str(source), str(made)])
        return made

    def _unpacked(self) -> Path:
        pandoc = self.folder.parent / "pandoc"
        if not pandoc.exists():
            (wheel,) = self._programs.glob("pypandoc_binary-*.whl")
            with ZipFile(wheel).open("pypandoc/files/pandoc") as packed, pandoc.open("xb") as out:
                shutil.copyfileobj(packed, out, 2**20)
            pandoc.chmod(0o700)
        return pandoc

    def _environment(self) -> dict[str, str]:
        """All that a program is told; what it keeps for a while it keeps in the call's folder."""
        place = str(self.folder)
        paths = os.pathsep.join(filter(None, sys.path))
        return {"LANG": "C.UTF-8", "PYTHONPATH": paths, "HOME": place, "TMPDIR": place}

    def _run(self, arguments: Sequence[str], data: bytes = b"") -> None:
        """What a child writes is dropped: it would quote the document into the log."""
        try:
            done = subprocess.run(  # noqa: S603  our own programs, no shell
                arguments,
                input=data,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=self.folder,
                env=self._environment(),
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise BadRequestError("timeout", say="too_hard", name=self.name) from error
        if done.returncode:
            say = REASONS.get(done.returncode, "damaged" if done.returncode > 0 else "too_hard")
            raise BadRequestError(f"exit status {done.returncode}", say=say, name=self.name)


def _file(path: Path) -> File:
    return File(path.name, MEDIA_TYPES[path.suffix[1:]], path)
