"""`make template`: the parts of template.yaml that follow from the manifests and the alarms' table.

Each part stands between two comment lines; all else in the template is written by hand.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from scripts import alarms
from scripts.blocks import Block
from switchboard.sdk import manifest
from switchboard.sdk.manifest import Manifest

TEMPLATE = Path("template.yaml")
TOOLS = Path("functions/tools")
GENERATED = re.compile(
    r"(?P<begin>^  # <(?P<part>\w+)>[^\n]*\n).*?(?P<end>^  # </(?P=part)>\n)",
    re.MULTILINE | re.DOTALL,
)
TOOL = Block(
    """\
  %{title}Tool:
    Type: AWS::Serverless::Function
    Metadata: {BuildProperties: {ParentPackageMode: auto}, checkov: {skip: [{id: CKV_AWS_115, comment: "dispatch and fetch, which start it, are limited"}, {id: CKV_AWS_116, comment: "OnFailure leads to Failures, which says more than a dead letter"}, {id: CKV_AWS_117, comment: "nothing that it reaches is in a VPC; a VPC would need NAT to reach chats and vendors"}]}}
    Properties:
      FunctionName: !Sub ${AWS::StackName}-tool-%{name}
      CodeUri: functions/tools/%{name}
      Handler: functions.tools.%{name}.app.handler
      RecursiveLoop: Allow
      Timeout: %{timeout}
      MemorySize: %{memory}
      Layers: [%{layers}]
      Environment: {Variables: {TOOL_PARAMETER: !Sub "/${AWS::StackName}/tools/%{name}"%{personal}}}
      EventInvokeConfig: {DestinationConfig: {OnFailure: {Type: SQS, Destination: !GetAtt Failures.Arn}}}
      Policies:
%{policies}
        - Statement: [{Effect: Allow, Action: ssm:GetParameter, Resource: [%{readable}]}]
%{own}%{undo}"""
)
ARN = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/${AWS::StackName}"
OWN = Block(
    """\
        - Statement: # people's own connections to it
            - {Effect: Allow, Action: [dynamodb:GetItem%{change}], Resource: !GetAtt Ledger.Arn, Condition: {"ForAllValues:StringLike": {dynamodb:LeadingKeys: ["credential#%{name}"]}}}
            - {Effect: Allow, Action: [kms:Decrypt%{seal}], Resource: !GetAtt Key.Arn, Condition: {StringEquals: {"kms:EncryptionContext:purpose": credential/%{name}}}}
"""
)
UNDO = Block(
    """\
        - Statement: [{Effect: Allow, Action: [s3:GetObject, s3:PutObject], Resource: !Sub "${Results.Arn}/undo/%{name}/*"}] # what it can take back
"""
)


def current() -> str:
    """The template as its file should be."""
    return GENERATED.sub(_written, TEMPLATE.read_text(encoding="utf-8"))


def lines_by_hand() -> int:
    """How long the template is without its generated parts."""
    return len(GENERATED.sub("", TEMPLATE.read_text(encoding="utf-8")).splitlines())


def tools() -> Iterator[str]:
    """One function a tool, alphabetically; its limits, layers and role are the manifest's."""
    return (_tool(manifest.load(path.parent)) for path in sorted(TOOLS.glob("*/tool.yaml")))


PARTS = {"tools": tools, "alarms": alarms.resources}


def _written(found: re.Match[str]) -> str:
    return found["begin"] + "\n".join(PARTS[found["part"]]()) + found["end"]


def _tool(tool: Manifest) -> str:
    layers = ("ToolLayer", *(f"{name.capitalize()}Layer" for name in tool.layers))
    policies = ("UseKey", "RunTool", *(["ReadUploads"] if tool.attachments else []))
    kinds = ("tools", "oauth") if tool.oauth else ("tools",)
    own = OWN.substitute(
        name=tool.name,
        change=", dynamodb:UpdateItem" if tool.oauth else "",
        seal=", kms:Encrypt" if tool.oauth else "",
    )
    return TOOL.substitute(
        name=tool.name,
        title=tool.name.capitalize(),
        timeout=tool.timeout,
        memory=tool.memory,
        layers=", ".join(f"!Ref {name}" for name in layers),
        undo=UNDO.substitute(name=tool.name) if tool.undoes else "",
        policies="\n".join(f"        - !Ref {name}" for name in policies),
        personal=", ".join(["", *_personal(tool)]),
        readable=", ".join(f'!Sub "{ARN}/{kind}/{tool.name}"' for kind in kinds),
        own=own if tool.secrets else "",
    )


def _personal(tool: Manifest) -> Iterator[str]:
    """What its function is told of people's own connections."""
    if tool.secrets:
        yield 'KMS_ARN: !Sub "${Key.Arn}"'
    if tool.oauth:
        yield f'OAUTH_PARAMETER: !Sub "/${{AWS::StackName}}/oauth/{tool.name}"'


def main() -> None:
    TEMPLATE.write_text(current(), encoding="utf-8")
    print(f"wrote {TEMPLATE}")


if __name__ == "__main__":
    main()
