"""A tool for tests: an operation of each effect class."""

from switchboard.errors import BadRequestError, NotAllowedError
from switchboard.sdk.adapter import Adapter, Call, File, Output
from tests.desk.models import AddNote, FetchPage, ListNotes, WriteNote
from tests.kit import vendors


class DeskAdapter(Adapter):
    def notes_list(self, call: Call, arguments: ListNotes) -> Output:
        notes = _vendor(call).notes(arguments.word)
        return Output(text=_listed(call, notes), content=notes)

    def notes_export(self, call: Call, arguments: ListNotes) -> Output:
        notes = _vendor(call).notes(arguments.word)
        path = call.workdir / "notes.txt"
        path.write_text("\n".join(notes), encoding="utf-8")
        return Output(text=_listed(call, notes), files=(File("my/notes.txt", "text/plain", path),))

    def files_read(self, call: Call, arguments: ListNotes) -> Output:
        return Output(text="\n".join(one.path.read_text(encoding="utf-8") for one in call.files))

    def pages_fetch(self, call: Call, arguments: FetchPage) -> Output:
        _vendor(call).fetched.append(arguments.address)
        return Output(text=f"All about {arguments.address}")

    def title_set(self, call: Call, arguments: WriteNote) -> Output:
        return _written(call, "title.set", arguments.text)

    def notes_add(self, call: Call, arguments: AddNote) -> Output:
        return _written(call, "notes.add", arguments.text)

    def notes_post(self, call: Call, arguments: WriteNote) -> Output:
        return _written(call, "notes.post", arguments.text)

    def find_notes_post(self, call: Call, arguments: WriteNote) -> Output | None:
        found = _vendor(call).posted(call.key, call.since.timestamp())
        return None if found is None else Output(text=call.say("written", text=found))

    def letters_send(self, call: Call, arguments: WriteNote) -> Output:
        return _written(call, "letters.send", arguments.text)

    def preview_notes_burn(self, call: Call, arguments: WriteNote) -> Output:
        notes = _vendor(call).notes(arguments.text)
        return Output(text=_listed(call, notes))

    def notes_burn(self, call: Call, arguments: WriteNote) -> Output:
        return _written(call, "notes.burn", arguments.text)

    def preview_notes_bin(self, call: Call, arguments: WriteNote) -> Output:
        notes = _vendor(call).notes(arguments.text)
        return Output(text=_listed(call, notes), shown=_vendor(call).revision)

    def notes_bin(self, call: Call, arguments: WriteNote) -> Output:
        call.require_shown(_vendor(call).revision)
        call.save(f"from the bin: {arguments.text}".encode())
        return _written(call, "notes.bin", arguments.text)

    def undo_notes_bin(self, call: Call, arguments: WriteNote) -> Output:
        text = call.saved.decode()
        _vendor(call).do("notes.unbin", call.key, text)
        call.happened()
        return Output(text=call.say("unbinned", text=text), tainted=False)


class Keeper(DeskAdapter):
    """Finds another thing at each try, and writes what the first has found."""

    def title_set(self, call, arguments):
        found = _vendor(call).found
        found.append(f"{arguments.text} {len(found)}")
        return super().title_set(call, WriteNote(text=call.keep(found[-1])))


def _vendor(call: Call) -> vendors.Vendor:
    if not call.connection["token"]:
        raise NotAllowedError("no token")
    return vendors.VENDORS[call.connection["endpoint"]]


def _written(call: Call, operation: str, text: str) -> Output:
    if text == "ink":
        raise BadRequestError("no ink", say="no_ink", text=text)
    _vendor(call).do(operation, call.key, text)
    call.happened()
    if text == "blot":
        raise LookupError("the desk cannot read what it has written")
    return Output(text=call.say("written", text=text), tainted=False)


def _listed(call: Call, notes: list[str]) -> str:
    return call.say("notes", count=len(notes), notes=", ".join(notes))
