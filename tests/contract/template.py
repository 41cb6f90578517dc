"""The template as it is written and as SAM transforms it."""

import json
import subprocess

from tests.kit.template import load

SAM_PYTHON = ".venv-emulator/bin/python"
"""The translator pins libraries that we have newer: it runs in the environment that has it."""
TRANSFORM = """
import json, sys
from samtranslator.translator.transform import transform

class Policies:
    def load(self):
        names = ("service-role/AWSLambdaBasicExecutionRole", "AWSXrayWriteOnlyAccess")
        return {name.rpartition("/")[2]: f"arn:aws:iam::aws:policy/{name}" for name in names}

template, parameters = json.load(sys.stdin)
json.dump(transform(template, parameters, Policies()), sys.stdout)
"""


def transformed():
    raw = load()
    for resource in raw["Resources"].values():
        properties = resource.get("Properties", {})
        for local in ("CodeUri", "ContentUri"):
            if local in properties:
                properties[local] = f"s3://bucket/{properties[local]}"
    defaults = {name: one["Default"] for name, one in raw["Parameters"].items() if "Default" in one}
    done = subprocess.run(
        [SAM_PYTHON, "-c", TRANSFORM],
        input=json.dumps([raw, defaults]),
        env={"AWS_DEFAULT_REGION": "us-east-1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


RAW = load()
TRANSFORMED = transformed()


def functions():
    """The deployed functions, by logical id."""
    return {
        name: resource["Properties"]
        for name, resource in TRANSFORMED["Resources"].items()
        if resource["Type"] == "AWS::Lambda::Function"
    }
