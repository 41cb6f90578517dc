"""Which phrases a source says, as far as they can be read off it."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.kit import sources


class Said:
    """The phrases that some modules name: whole names, and the beginnings of composed ones."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self.names: set[str] = set()
        self.families: set[str] = set()
        trees = [sources.tree(path) for path in paths]
        self._phrased = dict(found for tree in trees for found in _functions(tree))
        for tree in trees:
            self._module(tree)

    def has(self, name: str) -> bool:
        return name in self.names or name.startswith(tuple(self.families))

    def missing(self, declared: Iterable[str]) -> set[str]:
        """What is said and not declared; of a family, one name at least must be."""
        there = set(declared)
        families = {f"{one}…" for one in self.families if not any(n.startswith(one) for n in there)}
        return {*(self.names - there), *families}

    def _module(self, tree: ast.Module) -> None:
        self._tables = {
            ast.unparse(node.targets[0]): node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and len(node.targets) == 1
        }
        self._tables |= {
            ast.unparse(node.target): node.iter
            for node in ast.walk(tree)
            if isinstance(node, ast.comprehension)
        }
        for name, value in self._tables.items():
            if name == "SAYS" and isinstance(value, ast.Dict | ast.DictComp):
                self._add(value)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func).rpartition(".")[2]
            if called == "say":
                self._all(node.args[:1])
            if called in self._phrased:
                self._all(node.args[self._phrased[called] :][:1])
            self._all(one.value for one in node.keywords if one.arg == "say")

    def _all(self, nodes: Iterable[ast.expr]) -> None:
        for node in nodes:
            self._add(node)

    def _add(self, node: ast.expr) -> None:
        match node:
            case ast.Constant(value=str(name)):
                self.names.add(name)
            case ast.JoinedStr(values=[ast.Constant(value=str(start)), *_]):
                self.families.add(start)
            case ast.IfExp(body=one, orelse=other):
                self._all((one, other))
            case ast.Dict(values=values) | ast.Tuple(elts=values):
                self._all(values)
            case ast.DictComp(value=value):
                self._add(value)
            case ast.Subscript(value=ast.Name(id=table)) | ast.Name(id=table):
                self._add(self._tables.get(table, ast.Constant(None)))
            case ast.Call(func=ast.Attribute(value=table, attr="get"), args=args):
                self._all([table, *args[1:]])


def _functions(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Functions that are handed a phrase, and which of their arguments it is."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            names = [one.arg for one in node.args.args if one.arg != "self"]
            if "phrase" in names:
                yield node.name, names.index("phrase")
