"""What the GitHub tool reads of the files of a repository."""

import pytest

from switchboard.errors import UnavailableError
from tests.servers.github_double import Fault

pytest_plugins = ["tests.servers.github_servers"]


def test_a_short_file_is_shown_whole(ask, double):
    double.memory.add_file("文档/说明 书.md", "# 你好 \ufffd\n```\ncode\n```\n".encode())

    answer = ask("files.read", path="/文档/说明 书.md")

    assert answer.text.startswith(
        "`文档/说明 书.md` in octocat/Hello-World (26 B):\n\n````\n# 你好"
    )
    assert answer.content["text"] == "# 你好 \ufffd\n```\ncode\n```\n"
    assert answer.files == ()
    assert answer.tainted


def test_a_long_file_is_attached_whole(ask, double):
    raw = b"0123456789\n" * 900
    double.memory.add_file("src/digits.txt", raw)

    answer = ask("files.read", path="src/digits.txt")

    (file,) = answer.files
    assert (file.name, file.path.read_bytes()) == ("digits.txt", raw)
    assert "9.9 kB" in answer.text
    assert len(answer.text) < 2000
    assert answer.text.endswith("the whole file is attached.")


@pytest.mark.parametrize("path", ["", "/", "docs", "docs/"])
def test_a_folder_is_listed(path, ask, double):
    double.memory.add_file("docs/a.md", b"a" * 1234)
    double.memory.add_file("docs/b.md", b"")

    answer = ask("files.read", path=path)

    assert answer.text.startswith(f"`/{path.strip('/')}` in octocat/Hello-World:")
    assert "- `a.md` (1.2 kB)\n- `b.md` (0 B)" in answer.text


def test_a_folder_is_told_from_a_file(ask, double):
    double.memory.add_file("lib/x", b"")
    (entry,) = ask("files.read", path="lib").content["items"]
    name = "content-file-response-if-content-is-a-directory"
    double.memory.files["all"] = double.memory.example(name)

    assert entry == {"name": "x", "type": "file", "size": 0}
    assert ask("files.read", path="all").text.endswith("- `octokit.rb` (625 B)\n- `octokit/`")


NO_TEXT = "`x` is not a text file."
TOO_BIG = "`x` is too big to read here: at most 100 kB can be read."


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        *((raw, NO_TEXT) for raw in (b"\x89PNG\r\n\x1a\n", b"a\0b", "é".encode("latin-1"))),
        *((b"a" * size, TOO_BIG) for size in (100_001, 1_000_001)),
    ],
    ids=["picture", "nul", "latin-1", "big", "very big"],
)
def test_what_is_no_short_text_is_refused(raw, words, ask, double):
    double.memory.add_file("x", raw)

    assert ask.told("files.read", path="x") == words
    assert "`octocat/Hello-World/gone.md`" in ask.told("files.read", path="gone.md")


@pytest.mark.parametrize("kind", ["symlink", "submodule"])
def test_what_is_neither_file_nor_folder_is_refused(kind, ask, double):
    name = f"content-file-response-if-content-is-a-{kind}"
    double.memory.files["x"] = double.memory.example(name)

    assert ask.told("files.read", path="x") == "`x` is neither a file nor a folder."


def test_a_file_is_not_fetched_from_another_host(ask, double):
    elsewhere = double.url.replace("127.0.0.1", "localhost")
    double.break_next("GET", Fault(200, double.memory.get_repository(None)[1]))
    double.break_next("GET", Fault(302, {}, {"location": f"{elsewhere}/raw"}))

    with pytest.raises(UnavailableError):
        ask("files.read", path="x")
    assert len(double.asked) == 2
