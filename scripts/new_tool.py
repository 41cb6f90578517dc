"""`make tool NAME=todoist`: a tool folder, its test and its event; prints the lines of template."""

import re
import sys
from pathlib import Path

NAME = re.compile(r"^[a-z][a-z0-9]{1,30}$")

APP = '''"""Lambda entry point of the {name} tool."""

from switchboard.frame.run import handler_for

handler = handler_for("{name}", adapter="functions.tools.{name}.adapter:{title}Adapter")
'''

ADAPTER = '''"""Translates between our values and {title}'s library; the only module that imports it."""

from switchboard.sdk.adapter import Adapter, Call, Output

from .models import ListItems


class {title}Adapter(Adapter):
    def items_list(self, call: Call, arguments: ListItems) -> Output:
        token = call.connection["token"]
        found: list[str] = []  # ask the vendor's library at call.connection["endpoint"] here
        text = call.say("items", count=len(found))
        return Output(text=text, content=found[: arguments.limit], tainted=not token)
'''

MODELS = '''"""The arguments of the {name} tool."""

from typing import Annotated

from switchboard.sdk.arguments import Arguments, Says


class ListItems(Arguments):
    limit: Annotated[int, Says("How many at most", "最多几项", ge=1, le=50)] = 10
'''

MANIFEST = """name: {name}
summary: {{en: What {title} offers, zh: {title} 的功能}}
timeout: 30
memory: 256
hosts: [connection]
values: [endpoint]
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

from tests.kit.asker import Asker


def test_an_empty_list_is_said():
    assert Asker("{name}")("items.list").content == []
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
