"""Every tool's function is deployed with what its manifest says: no more, and no less."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from scripts.permissions.rights import SAM, Resources, held, manifests, needed
from switchboard.sdk.manifest import Manifest

FUNCTION = "AWS::Lambda::Function"
SUFFIX = "Tool"
DIGEST = re.compile(r"[0-9a-f]{10}$")
"""What SAM puts behind the name of a layer."""


def findings(resources: Resources) -> Iterator[str]:
    """One line for each difference between the manifests and the functions."""
    tools = manifests()
    deployed = {
        name
        for name, one in resources.items()
        if one["Type"] == FUNCTION and (name.endswith(SUFFIX) or _is_called_a_tool(one))
    }
    for name in sorted(deployed - tools.keys()):
        yield f"{name}: a tool's function without a manifest"
    for name, tool in tools.items():
        yield from _said(tool)
        if name not in deployed or f"{name}Role" not in resources:
            yield f"{name}: no function with a role; run `make template`"
            continue
        yield from _role(resources, name, tool)
        yield from _limits(name, resources[name]["Properties"], tool)


def _said(tool: Manifest) -> Iterator[str]:
    """What the manifest says about hosts must fit what it says about the connection."""
    if ("connection" in tool.hosts) != ("endpoint" in tool.values):
        yield f"{tool.name}: the host `connection` and the value `endpoint` go together"
    for host in tool.hosts:
        if host != "connection" and ("." not in host or "*" in host or "/" in host or ":" in host):
            yield f"{tool.name}: {host} is no host; a name, or .name for all below it"


def _role(resources: Resources, name: str, tool: Manifest) -> Iterator[str]:
    has, must = held(resources, name), needed(tool)
    for right in sorted(has - must):
        yield f"{name}: may {right}, which its manifest does not ask for"
    for right in sorted(must - has):
        yield f"{name}: may not {right}, which its manifest asks for"
    role = resources[f"{name}Role"]["Properties"]
    arns = {one.rpartition("/")[2] for one in role["ManagedPolicyArns"] if isinstance(one, str)}
    for arn in sorted(arns ^ SAM):
        yield f"{name}: the policy {arn}, which is not what SAM adds"
    trusted = role["AssumeRolePolicyDocument"]["Statement"]
    if [one["Principal"] for one in trusted] != [{"Service": ["lambda.amazonaws.com"]}]:
        yield f"{name}: its role is not Lambda's alone"


def _limits(name: str, function: Mapping[str, Any], tool: Manifest) -> Iterator[str]:
    layers = [f"{one.capitalize()}Layer" for one in ("common", "tool", *tool.layers)]
    wanted = {
        "Timeout": tool.timeout,
        "MemorySize": tool.memory,
        "Handler": f"functions.tools.{tool.name}.app.handler",
        "FunctionName": {"Fn::Sub": f"${{AWS::StackName}}-tool-{tool.name}"},
        "ReservedConcurrentExecutions": None,
        "EphemeralStorage": None,
        "VpcConfig": None,
    }
    for key, value in wanted.items():
        if function.get(key) != value:
            yield f"{name}: {key} is {function.get(key)}, and {value} by its manifest"
    if [DIGEST.sub("", one["Ref"]) for one in function["Layers"]] != layers:
        yield f"{name}: its layers are not {', '.join(layers)}"
    own = {"Fn::Sub": f"/${{AWS::StackName}}/tools/{tool.name}"}
    if function["Environment"]["Variables"].get("TOOL_PARAMETER") != own:
        yield f"{name}: TOOL_PARAMETER is not where its own secrets are"


def _is_called_a_tool(function: Mapping[str, Any]) -> bool:
    return "-tool-" in str(function["Properties"].get("FunctionName", ""))
