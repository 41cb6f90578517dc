"""A single edit of one module of the product, made while it is imported."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType


@dataclass(frozen=True)
class Mutation:
    """`old`, which the module's source holds exactly once, becomes `new`; in memory only."""

    module: str
    old: str
    new: str

    def install(self) -> None:
        """From now on the module is imported with the edit."""
        if self.module in sys.modules:
            raise RuntimeError(f"{self.module} is imported already")
        sys.meta_path.insert(0, _Finder(self))

    def source(self) -> Path:
        """The module's file."""
        root = Path(__file__).resolve().parents[2]
        folder = root / "layers/common" if self.module.startswith("switchboard.") else root
        return folder / (self.module.replace(".", "/") + ".py")

    def edit(self, source: str) -> str:
        if source.count(self.old) != 1:
            raise RuntimeError(f"{self.module}: not exactly once: {self.old!r}")
        return source.replace(self.old, self.new)


class _Loader(SourceFileLoader):
    mutation: Mutation

    def get_code(self, fullname: str) -> CodeType:
        source = self.mutation.edit(self.get_data(self.path).decode())
        return compile(source, self.path, "exec")


class _Finder(MetaPathFinder):
    def __init__(self, mutation: Mutation) -> None:
        self._mutation = mutation

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._mutation.module:
            return None
        spec = PathFinder.find_spec(fullname, path)
        if spec is not None and spec.origin:
            spec.loader = _Loader(fullname, spec.origin)
            spec.loader.mutation = self._mutation
        return spec
