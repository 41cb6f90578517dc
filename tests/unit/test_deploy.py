"""`make deploy`: all that it needs is looked at before anything is built, and told in one line."""

import os
import re
import stat
from pathlib import Path

import pytest

from local import machine
from local.machine import HERE, Machine
from scripts import deploy
from tests.kit.servers import Told, serving

THERE = b"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult>
</GetCallerIdentityResponse>"""
NOT = b"""<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<Error><Code>InvalidClientTokenId</Code><Message>It is invalid.</Message></Error></ErrorResponse>"""
RUNTIMES = {"python3.11", "python3.12", "python3.13"}
SHIM = "#!/bin/sh\necho 'pyenv: command not found' >&2\nexit 127\n"


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch, tmp_path):
    """An environment without AWS, and a `sam` that says what it was told."""
    for name in [*os.environ]:
        if name.startswith("AWS_") or name in {"RUNTIME", "ARCHITECTURE"}:
            monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("RUNTIME", HERE.runtime)
    sam = program(tmp_path / "sam", '#!/bin/sh\necho "$LAYER_PYTHON $MAKEFLAGS $*"\nexit 3\n')
    monkeypatch.setattr(deploy, "SAM", sam)
    monkeypatch.setattr(deploy, "BUILT", tmp_path / "built")
    machine.interpreter.cache_clear()
    yield
    machine.interpreter.cache_clear()


def program(path, text):
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


KEYS = {"AWS_ACCESS_KEY_ID": "example", "AWS_SECRET_ACCESS_KEY": "example"}
WRONG = [
    ("staging", {}, "there is no stage staging: STAGE is dev or prod."),
    ("dev", {"RUNTIME": "python3.9"}, "RUNTIME=python3.9 is none that can be deployed"),
    ("dev", {"RUNTIME": "3.12"}, "RUNTIME=3.12 is none that can be deployed"),
    ("dev", {"ARCHITECTURE": "arm"}, "ARCHITECTURE=arm is none"),
    ("dev", {}, "there are no AWS credentials: sign in, or set AWS_PROFILE; nothing was built"),
    ("", {}, "there are no AWS credentials"),
    ("dev", {"AWS_PROFILE": "nobody"}, "nobody"),
    ("dev", KEYS, "no AWS region is set"),
    ("dev", KEYS | {"AWS_DEFAULT_REGION": "Frankfurt"}, "Frankfurt is no AWS region"),
    ("dev", KEYS | {"AWS_REGION": "eu-central-1"}, "It is invalid."),
]


@pytest.mark.parametrize(("stage", "told", "said"), WRONG)
def test_what_is_missing_is_one_line_before_anything_is_built(
    stage, told, said, monkeypatch, capfd
):
    with serving(Told(status=403, body=NOT)) as server:
        for name, value in (told | {"AWS_ENDPOINT_URL": server.url}).items():
            monkeypatch.setenv(name, value)

        assert deploy.main(stage) == 1

    out, err = capfd.readouterr()
    assert out == ""
    assert said in err
    assert err.count("\n") == 1


def test_the_plan_is_shown_then_built_for_one_python_whatever_make_was_told(monkeypatch, capfd):
    monkeypatch.setenv("MAKEFLAGS", " -- PYTHON=python3.9 LAYER_PYTHON=python3.9")
    with serving(Told(body=THERE)) as server:
        for name, value in (KEYS | {"AWS_ENDPOINT_URL": server.url}).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")

        assert deploy.main("prod") == 1

    out, err = capfd.readouterr()
    assert "Stack switchboard in account 123456789012, eu-central-1" in out
    assert re.search(r"\d+ functions, .* Idle it costs about \d+\.\d\d USD", out.replace("\n", " "))
    assert out.splitlines()[-1].startswith(f"{HERE.runtime}  build --config-env prod")
    assert f"PythonRuntime={HERE.runtime} Architecture=arm64" in out
    assert "sam says above what is wrong" in err


def test_what_is_not_told_is_asked_for_at_a_terminal(monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda text: "prod" if text.startswith("Stage") else "")

    assert deploy._stage("", {"dev": "a", "prod": "b"}) == "prod"
    assert deploy._asked("Region", "") == ""


def test_another_python_than_the_template_s_is_taken_or_named(tmp_path, monkeypatch):
    for runtime in RUNTIMES:
        program(tmp_path / runtime, SHIM)
    monkeypatch.setenv("PATH", str(tmp_path))  # so that only the one that runs this is there

    assert machine.wanted({}).runtime == HERE.runtime
    assert machine.wanted({"ARCHITECTURE": "x86_64"}).architecture == "x86_64"
    for runtime in RUNTIMES - {HERE.runtime}:
        with pytest.raises(machine.MachineError, match=f"RUNTIME={HERE.runtime}"):
            machine.wanted({"RUNTIME": runtime})


def test_a_built_template_has_what_was_built_as_its_defaults(tmp_path):
    built = tmp_path / "template.yaml"
    source = Path("template.yaml").read_text(encoding="utf-8")
    built.write_text(source, encoding="utf-8")

    for made in (Machine("python3.12", "x86_64", ""), Machine("python3.11", "arm64", "")):
        made.bake(built)
        text = built.read_text(encoding="utf-8")
        defaults = re.findall(r"^    Default: (.*)$", text, re.MULTILINE)
        assert defaults == [made.runtime, made.architecture]
        assert len(text.splitlines()) == len(source.splitlines())


def test_what_was_compiled_for_another_machine_is_seen(tmp_path):
    for name in ("a.cpython-312-x86_64-linux-gnu.so", "b.cpython-313-x86_64-linux-gnu.so", "c.so"):
        (tmp_path / name).touch()

    assert Machine("python3.12", "x86_64", "").strangers(tmp_path) == [
        tmp_path / "b.cpython-313-x86_64-linux-gnu.so"
    ]
    assert len(Machine("python3.12", "arm64", "").strangers(tmp_path)) == 2
