"""A tool for tests: an operation of each effect class."""

from switchboard.errors import BadRequestError
from switchboard.sdk.adapter import Answer, Call, Connection, File
from switchboard.sdk.arguments import Arguments
from tests.desk.models import AddNote, ListNotes, WriteNote
from tests.desk.vendor import VENDORS


class DeskAdapter:
    def __init__(self, connection: Connection) -> None:
        self._vendor = VENDORS[connection["endpoint"]]
        self._vendor.tokens.append(connection["token"])

    def run(self, call: Call, arguments: Arguments) -> Answer:
        if call.operation == "files.read":
            text = "\n".join(one.path.read_text(encoding="utf-8") for one in call.files)
            return Answer(text=text)
        if isinstance(arguments, ListNotes):
            return self._notes(call, arguments)
        if not isinstance(arguments, AddNote | WriteNote):
            raise TypeError(call.operation)
        if arguments.text == "ink":
            raise BadRequestError("no ink", say="no_ink", text=arguments.text)
        self._vendor.do(call.operation, call.key, arguments.text)
        return Answer(text=call.say("done", text=arguments.text), tainted=False)

    def find(self, call: Call, arguments: Arguments) -> Answer | None:
        found = self._vendor.posted(call.key)
        return None if found is None else Answer(text=call.say("done", text=found))

    def _notes(self, call: Call, wanted: ListNotes) -> Answer:
        notes = self._vendor.notes(wanted.word)
        listed = call.say("notes", count=len(notes), notes=", ".join(notes))
        if call.operation == "notes.list":
            return Answer(text=listed, content=notes)
        path = call.workdir / "notes.txt"
        path.write_text("\n".join(notes), encoding="utf-8")
        return Answer(text=listed, files=(File("my/notes.txt", "text/plain", path),))
