"""The machine that functions are built for: a Python that Lambda has, and a processor."""

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

OF_MAKE = {"MAKEFLAGS", "MFLAGS", "MAKEOVERRIDES", "MAKELEVEL"}
"""How `make` hands its own command line on to every `make` below it."""
PROCESSORS = {"arm64": "aarch64", "x86_64": "x86_64"}
PROBE = "import pip, sys; print(sys.executable); print(*sys.version_info[:2], sep='.')"


class MachineError(Exception):
    """Nothing can be built for what is asked; the message says what to do."""


@dataclass(frozen=True)
class Machine:
    """What a build is for."""

    runtime: str
    """Such as `python3.13`."""
    architecture: str
    python: str
    """The interpreter of just that version that builds."""

    @property
    def parameters(self) -> dict[str, str]:
        """The template's parameters."""
        return {"PythonRuntime": self.runtime, "Architecture": self.architecture}

    @property
    def overrides(self) -> str:
        return " ".join(f"{name}={value}" for name, value in self.parameters.items())

    @property
    def environment(self) -> dict[str, str]:
        """This process's, in which `sam build` builds for this machine and no other.

        What `make` was told on its command line would reach the layers' Makefiles, and win.
        """
        kept = {name: value for name, value in os.environ.items() if name not in OF_MAKE}
        path = f"{Path(self.python).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        own = {"LAYER_PYTHON": self.runtime, "LAYER_ARCHITECTURE": self.architecture}
        return kept | {"PATH": path, "SAM_CLI_TELEMETRY": "0"} | own

    def strangers(self, folder: Path) -> list[Path]:
        """The compiled modules in a folder that this machine could not import."""
        ours = f".cpython-{self.runtime.removeprefix('python').replace('.', '')}-"
        ours += PROCESSORS[self.architecture]
        return [path for path in folder.rglob("*.cpython-*.so") if ours not in path.name]

    def bake(self, template: Path) -> None:
        """Let a built template deploy by default what was built.

        A plain `sam deploy` or `sam local` after it then needs no overrides.
        """
        text = template.read_text(encoding="utf-8")
        for name, value in self.parameters.items():
            text = re.sub(rf"(\n  {name}:\n(?:    .*\n)*?    Default: ).*", rf"\g<1>{value}", text)
        template.write_text(text, encoding="utf-8")


HERE = Machine(
    runtime=f"python{sys.version_info.major}.{sys.version_info.minor}",
    architecture="arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64",
    python=sys.executable,
)
"""This machine, with the Python that runs this."""


def wanted(told: Mapping[str, str]) -> Machine:
    """What RUNTIME and ARCHITECTURE ask for, or else the template's with a Python that is here.

    Raises MachineError with what is missing.
    """
    architectures, runtimes = _choices("Architecture"), _choices("PythonRuntime")
    architecture = _chosen("ARCHITECTURE", told, architectures) or architectures[0]
    asked = _chosen("RUNTIME", told, runtimes)
    for runtime in [asked] if asked else runtimes:
        if python := interpreter(runtime):
            return Machine(runtime, architecture, python)
    have = next(filter(interpreter, runtimes), "")
    other = f", or take what is here: make deploy RUNTIME={have}" if have else ""
    raise MachineError(f"there is no {asked or runtimes[0]} with pip here: install it{other}.")


@cache
def interpreter(runtime: str) -> str:
    """Where the Python of just that version is that has pip; empty when there is none.

    It is asked, as the shims of version managers are there for versions that are not.
    """
    for path in (None, str(Path(sys.executable).parent)):
        if place := shutil.which(runtime, path=path):
            done = subprocess.run([place, "-c", PROBE], capture_output=True, text=True, check=False)
            found, _, version = done.stdout.strip().rpartition("\n")
            if done.returncode == 0 and f"python{version}" == runtime:
                return found
    return ""


def _chosen(name: str, told: Mapping[str, str], choices: list[str]) -> str:
    value = told.get(name, "")
    if value and value not in choices:
        raise MachineError(f"{name}={value} is none that can be deployed: {', '.join(choices)}.")
    return value


def _choices(parameter: str) -> list[str]:
    """What the template allows: its default, then the others, the last first.

    The default is first so that what runs on AWS depends on who deploys as little as can be.
    """
    text = Path("template.yaml").read_text(encoding="utf-8")
    # Up to here it has none of CloudFormation's short forms.
    head = text[text.index("Parameters:") : text.index("Globals:")]
    declared = yaml.safe_load(head)["Parameters"][parameter]
    others = [one for one in declared["AllowedValues"][::-1] if one != declared["Default"]]
    return [str(declared["Default"]), *others]
