"""`make tool NAME=todoist`: a tool folder, its test and its event; prints the lines of template."""

import re
import sys
from pathlib import Path

NAME = re.compile(r"^[a-z][a-z0-9]{1,30}$")

APP = '''"""Lambda entry point of the {name} tool."""

from switchboard.tool import handler_for

handler = handler_for("{name}", adapter="functions.tools.{name}.adapter:{title}Adapter")
'''

ADAPTER = '''"""Translates between our values and {title}'s library; the only module that imports it."""

from collections.abc import Callable
from typing import Any

from switchboard.adapter import Answer, Call, Connection
from switchboard.arguments import Arguments

from .models import ListItems


class {title}Adapter:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._operations: dict[str, Callable[[Call, Any], Answer]] = {{
            "items.list": self._list,
        }}

    def run(self, call: Call, arguments: Arguments) -> Answer:
        """Raises RejectedError when the asker is wrong, UnavailableError when {title} is."""
        return self._operations[call.operation](call, arguments)

    def _list(self, call: Call, wanted: ListItems) -> Answer:
        found: list[str] = []  # ask the vendor's library here
        text = call.say("items", count=len(found))
        return Answer(text=text, content=found[: wanted.limit], tainted=False)
'''

MODELS = '''"""The arguments of the {name} tool."""

from typing import Annotated

from switchboard.arguments import Arguments, Says


class ListItems(Arguments):
    limit: Annotated[int, Says("How many at most", "最多几项", ge=1, le=50)] = 10
'''

MANIFEST = """name: {name}
summary: {{en: What {title} offers, zh: {title} 的功能}}
timeout: 30
memory: 256
hosts: [connection]
secrets: [token]
operations:
  items.list: {{arguments: ListItems, effect: read, risk: read, summary: {{en: List items, zh: 列出项目}}}}
phrases:
  items: {{en: "{{count}} items.", zh: "共 {{count}} 项。"}}
"""

EVENT = """{{
  "jsonrpc": "2.0",
  "id": "00000000-0000-4000-8000-000000000001",
  "method": "rpc.discover"
}}
"""

TEST = '''"""The {name} tool against the real thing, or the nearest to it that can be started."""

from pathlib import Path
from uuid import uuid4

from functions.tools.{name}.adapter import {title}Adapter
from functions.tools.{name}.models import ListItems
from switchboard.adapter import Call, Connection


def test_an_empty_list_is_said(tmp_path: Path):
    call = Call(
        key=uuid4(),
        operation="items.list",
        locale="en",
        timezone="UTC",
        workdir=tmp_path,
        say=lambda name, **values: f"{{name}} {{values}}",
    )

    answer = {title}Adapter(Connection({{}})).run(call, ListItems())

    assert answer.content == []
'''

TEMPLATE = """  {title}Tool:
    Type: AWS::Serverless::Function
    Metadata: {{BuildProperties: {{ParentPackageMode: auto}}}}
    Properties:
      FunctionName: !Sub ${{AWS::StackName}}-tool-{name}
      CodeUri: functions/tools/{name}
      Handler: functions.tools.{name}.app.handler
      RecursiveLoop: Allow
      Layers: [!Ref ToolLayer]
      Environment: {{Variables: {{TOOL_PARAMETER: !Sub "/${{AWS::StackName}}/tools/{name}"}}}}
      EventInvokeConfig: {{DestinationConfig: {{OnFailure: {{Type: SQS, Destination: !GetAtt Failures.Arn}}}}}}
      Policies:
        - !Ref UseKey
        - !Ref RunTool
        - Statement: [{{Effect: Allow, Action: ssm:GetParameter, Resource: !Sub "arn:${{AWS::Partition}}:ssm:${{AWS::Region}}:${{AWS::AccountId}}:parameter/${{AWS::StackName}}/tools/{name}"}}]
"""


def main(name: str) -> int:
    if not NAME.match(name):
        print("Give a name of lower-case letters and digits: make tool NAME=todoist")
        return 2
    folder = Path("functions/tools") / name
    if folder.exists():
        print(f"{folder} is there already.")
        return 2
    words = {"name": name, "title": name.capitalize()}
    files = {
        folder / "__init__.py": "",
        folder / "app.py": APP,
        folder / "adapter.py": ADAPTER,
        folder / "models.py": MODELS,
        folder / "tool.yaml": MANIFEST,
        folder / "requirements.txt": "",
        Path(f"events/tools/{name}_discover.json"): EVENT,
        Path(f"tests/servers/test_{name}.py"): TEST,
    }
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.format(**words), encoding="utf-8")
        print(f"wrote {path}")
    print("\nAdd to template.yaml, in the alphabet's order among the tools:\n")
    print(TEMPLATE.format(**words))
    print(f"Add to config/switchboard.yaml, under tools:\n\n  {name}: {{}}\n")
    print("Then fill it in, and run: make check")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
