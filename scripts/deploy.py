"""`make deploy STAGE=prod`: build for the template's machine, with bytecode, and deploy to AWS."""

import os
import subprocess
import sys
from pathlib import Path

import yaml

SAM = Path(".venv-sam/bin/sam")


def main(stage: str) -> int:
    runtime = os.environ.get("RUNTIME") or _default("PythonRuntime")
    architecture = os.environ.get("ARCHITECTURE") or _default("Architecture")
    overrides = f"PythonRuntime={runtime} Architecture={architecture}"
    # The layer's Makefile must build for the same machine as the template says.
    env = {**os.environ, "PYTHON": runtime, "ARCHITECTURE": architecture}
    sam = [str(SAM)]
    common = ["--config-env", stage, "--parameter-overrides", overrides]
    subprocess.run([*sam, "build", *common], env=env, check=True)
    compiler = [runtime, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    subprocess.run([*compiler, ".aws-sam/build"], check=True)
    return subprocess.run([*sam, "deploy", *common], env=env, check=False).returncode


def _default(parameter: str) -> str:
    """A parameter's default in the template, read without CloudFormation's short forms."""
    text = Path("template.yaml").read_text(encoding="utf-8")
    head = text[text.index("Parameters:") : text.index("Globals:")]
    return str(yaml.safe_load(head)["Parameters"][parameter]["Default"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
