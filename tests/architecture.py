"""The arrows between our folders, as functions over source text: each returns what breaks its rule.

A source tree is a mapping of module names to :class:`Source`. Imports are found by reading the syntax, those
inside functions included; an import for type checking only counts for the arrows, but makes no circle.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

OURS = ("scheduler", "models", "delivery_app")
LONGEST_MODULE_LINES = 450

BRIDGE = "delivery_app.bridge"
CATALOGUES = "models.catalogue"  # models.catalogue and every module whose name begins so: no tables in them
ERRORS = "models.errors"  # sentences, no tables
MAY_JOIN_CATALOGUES = ("delivery_app.cli", "delivery_app.generator", BRIDGE)
OWNER_OF_LIBRARY = {"ortools": "scheduler.cpsat", "numba": "scheduler.search"}
TIME_LIMIT_KEEPERS = frozenset(
    {
        "scheduler.crew",
        "scheduler.hhcrsp.solve",
        "scheduler.hhcrsp.worker",
        "scheduler.replan.run",
        "scheduler.replan.searching",
        "scheduler.search.parallel",
        "scheduler.solve",
    }
)
STOPWATCHES = frozenset({"monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns"})
NO_CLOCK = frozenset({"sleep", "struct_time"})  # names of the module time that tell nothing of now
CALENDAR_CLOCKS = frozenset({"now", "utcnow", "today"})


@dataclass(frozen=True)
class Source:
    """One module: its dotted name, its text, and whether it is a package's ``__init__``."""

    name: str
    text: str
    is_package: bool = False

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text)


@dataclass(frozen=True)
class Import:
    """``importer`` names ``target``, in a line; ``typing_only`` when a running program never does."""

    importer: str
    target: str
    line: int
    typing_only: bool = False

    def __str__(self) -> str:
        return f"{self.importer} line {self.line} imports {self.target}"


def read_sources(root: Path, folders: Iterable[str] = OURS) -> dict[str, Source]:
    """Every module below the folders of a checkout, by name."""
    sources = {}
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            parts = list(path.relative_to(root).with_suffix("").parts)
            is_package = parts[-1] == "__init__"
            name = ".".join(parts[:-1] if is_package else parts)
            sources[name] = Source(name, path.read_text(encoding="utf-8"), is_package)
    return sources


def within(module: str, *folders: str) -> bool:
    """Whether the module is one of these or lies below one of them."""
    return any(module == folder or module.startswith(folder + ".") for folder in folders)


def find_imports(sources: Mapping[str, Source]) -> list[Import]:
    """Every import. ``from a import b`` names ``a.b`` when that is among the sources, otherwise ``a``."""
    return [found for source in sources.values() for found in _imports_of(source, frozenset(sources))]


def _imports_of(source: Source, known: frozenset[str]) -> Iterator[Import]:
    typing_only = {
        id(inner)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for statement in node.body
        for inner in ast.walk(statement)
    }
    for node in ast.walk(source.tree):
        for target in _targets(node, source, known):
            yield Import(source.name, target, getattr(node, "lineno", 0), id(node) in typing_only)


def _targets(node: ast.AST, source: Source, known: frozenset[str]) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module=module, names=names, level=level):
            base = _absolute(source, module, level)
            for alias in names:
                inner = f"{base}.{alias.name}"
                yield inner if inner in known else base
        case ast.Call(func=ast.Name("__import__" | "import_module"), args=[ast.Constant(str() as name), *_]):
            yield name
        case ast.Call(func=ast.Attribute(attr="import_module"), args=[ast.Constant(str() as name), *_]):
            yield name


def _absolute(source: Source, module: str | None, level: int) -> str:
    """The module that ``from ...module import`` names, dots resolved."""
    if level == 0:
        return module or ""
    parts = source.name.split(".")
    up = level - 1 if source.is_package else level
    base = parts[: len(parts) - up]
    return ".".join([*base, module] if module else base)


def forbidden_arrows(sources: Mapping[str, Source]) -> list[str]:
    """``scheduler`` and ``models`` know nothing of ours but themselves: arrows point down only."""
    return [
        str(found)
        for found in find_imports(sources)
        for floor in ("scheduler", "models")
        if within(found.importer, floor) and within(found.target, *(f for f in OURS if f != floor))
    ]


def unwanted_bridges(sources: Mapping[str, Source]) -> list[str]:
    """Only the bridge knows both tables and the optimiser; catalogues are no tables."""
    problems = []
    imports = find_imports(sources)
    for module in sources:
        if not within(module, "delivery_app") or within(module, BRIDGE):
            continue
        targets = [found.target for found in imports if found.importer == module]
        if not any(within(target, "scheduler") for target in targets):
            continue
        for target in targets:
            if not within(target, "models") or target == ERRORS:
                continue
            if not target.startswith(CATALOGUES):
                problems.append(f"{module} knows both the tables ({target}) and scheduler; only {BRIDGE} may")
            elif not within(module, *MAY_JOIN_CATALOGUES):
                problems.append(f"{module} knows both a catalogue ({target}) and scheduler")
    return problems


def misplaced_libraries(sources: Mapping[str, Source]) -> list[str]:
    """OR-Tools is known to ``scheduler.cpsat`` alone, numba to ``scheduler.search`` alone."""
    return [
        f"{found}; only {owner} may"
        for found in find_imports(sources)
        for library, owner in OWNER_OF_LIBRARY.items()
        if within(found.target, library) and not within(found.importer, owner)
    ]


def clock_readers(sources: Mapping[str, Source]) -> list[str]:
    """The optimiser reads no clock, but for the stopwatch of its time limit in the modules that keep that."""
    return [
        f"{source.name} line {line} reads the clock: {what}"
        for source in sources.values()
        if within(source.name, "scheduler")
        for line, what in _clocks(source)
        if not (source.name in TIME_LIMIT_KEEPERS and what.removeprefix("time.") in STOPWATCHES)
    ]


def _clocks(source: Source) -> Iterator[tuple[int, str]]:
    names_of_time = {
        alias.asname or alias.name
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name == "time"
    }
    for node in ast.walk(source.tree):
        match node:
            case ast.ImportFrom(module="time", names=names, level=0):
                yield from ((node.lineno, f"time.{a.name}") for a in names if a.name not in NO_CLOCK)
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if name in names_of_time:
                if attr not in NO_CLOCK:
                    yield node.lineno, f"time.{attr}"
            case ast.Call(func=ast.Attribute(attr=attr)) if attr in CALENDAR_CLOCKS:
                yield node.lineno, f"{ast.unparse(node.func)}()"
            case ast.keyword(value=ast.Attribute(attr=attr)) if attr in CALENDAR_CLOCKS:
                yield node.lineno, ast.unparse(node.value)  # such as default_factory=date.today


def circles(sources: Mapping[str, Source]) -> list[str]:
    """Modules that import each other, directly or around; at most one circle is told at a time."""
    graph: dict[str, set[str]] = {name: set() for name in sources}
    for found in find_imports(sources):
        if found.target in sources and found.target != found.importer and not found.typing_only:
            graph[found.importer].add(found.target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [" <- ".join(error.args[1])]
    return []


def long_modules(sources: Mapping[str, Source], limit: int = LONGEST_MODULE_LINES) -> list[str]:
    """Modules with more lines than one idea needs."""
    counts = {name: len(source.text.splitlines()) for name, source in sources.items()}
    return [f"{name} has {count} lines, {limit} at most" for name, count in counts.items() if count > limit]
