"""The arrows between the folders hold, and each check of them notices a sample that breaks it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import architecture
from tests.architecture import Source, find_imports, read_sources

ROOT = Path(__file__).parents[1]
PROGRAM = read_sources(ROOT)
EVERYTHING = read_sources(ROOT, (*architecture.OURS, "tests", "benchmarks"))

CHECKS = [
    architecture.forbidden_arrows,
    architecture.unwanted_bridges,
    architecture.misplaced_libraries,
    architecture.clock_readers,
    architecture.circles,
]


def tree(**modules: str) -> dict[str, Source]:
    """Sources by name; two underscores stand for a dot; what has others below is a package."""
    names = {name.replace("__", "."): text for name, text in modules.items()}
    return {
        name: Source(name, text, is_package=any(other.startswith(name + ".") for other in names))
        for name, text in names.items()
    }


def test_sources_are_found() -> None:
    assert set(architecture.OURS) <= set(PROGRAM)
    assert PROGRAM["scheduler"].is_package
    assert not PROGRAM["scheduler.problem"].is_package


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_program_keeps(check: Callable[[dict[str, Source]], list[str]]) -> None:
    problems = check(PROGRAM)
    assert not problems, "\n".join(problems)


def test_every_module_is_one_idea() -> None:
    problems = architecture.long_modules(EVERYTHING)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(
    "modules",
    [
        {"scheduler__solve": "import models"},
        {"scheduler__solve": "from models.visit import Visit"},
        {"scheduler__solve": "def late():\n    import delivery_app.bridge"},
        {"scheduler__solve": "from ..models import visit", "scheduler": ""},
        {"scheduler__solve": "import importlib\nimportlib.import_module('models.visit')"},
        {"scheduler__solve": "TYPE_CHECKING = False\nif TYPE_CHECKING:\n    import models"},
        {"models__visit": "from scheduler import problem"},
        {"models__visit": "import delivery_app"},
    ],
)
def test_arrow_upwards_is_noticed(modules: dict[str, str]) -> None:
    assert len(architecture.forbidden_arrows(tree(**modules))) == 1


def test_arrows_downwards_are_allowed() -> None:
    sources = tree(
        scheduler="",
        scheduler__rules__windows="from scheduler import problem\nfrom ..roster import Roster\nimport modelz",
        models__visit="from . import carer\nimport sqlmodel",
        delivery_app__services="import models.visit",
        delivery_app__bridge="import models.visit\nimport scheduler.problem",
    )
    for check in CHECKS:
        assert check(sources) == []


@pytest.mark.parametrize(
    "name", ["delivery_app__services__rosters", "delivery_app__cli__load", "delivery_app__generator"]
)
@pytest.mark.parametrize(
    "tables", ["import models.visit", "from models import visit", "from models import Visit"]
)
def test_second_bridge_is_noticed(name: str, tables: str) -> None:
    sources = tree(
        **{name: f"{tables}\nfrom scheduler.problem import Visit", "models": "", "models__visit": ""}
    )
    assert len(architecture.unwanted_bridges(sources)) == 1


def test_catalogue_is_no_table() -> None:
    text = (
        "from models import catalogue\nfrom models.catalogue_package import Package\nimport scheduler.problem"
    )
    models = {"models": "", "models__catalogue": "", "models__catalogue_package": ""}
    for name in ("delivery_app__cli__resolve", "delivery_app__generator__needs", "delivery_app__bridge"):
        assert architecture.unwanted_bridges(tree(**{name: text}, **models)) == []
    assert len(architecture.unwanted_bridges(tree(delivery_app__planner__routes=text, **models))) == 2


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("scheduler__solve", "from ortools.sat.python import cp_model"),
        ("scheduler__search__anneal", "import ortools"),
        ("scheduler__evaluate", "import numba"),
        ("scheduler__cpsat__bounds", "from numba import njit"),
        ("delivery_app__bridge", "import numba.core"),
    ],
)
def test_misplaced_library_is_noticed(name: str, text: str) -> None:
    assert len(architecture.misplaced_libraries(tree(**{name: text}))) == 1


def test_libraries_in_their_places_are_allowed() -> None:
    sources = tree(scheduler__cpsat__bounds="import ortools.sat", scheduler__search__anneal="import numba")
    assert architecture.misplaced_libraries(sources) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("scheduler__evaluate", "import time\ntime.monotonic()"),
        ("scheduler__evaluate", "from time import perf_counter"),
        ("scheduler__evaluate", "import time as t\nbegan = t.time"),
        ("scheduler__evaluate", "from datetime import datetime\ndatetime.now()"),
        ("scheduler__evaluate", "import datetime as dt\ndt.date.today()"),
        ("scheduler__evaluate", "from datetime import date\nday = field(default_factory=date.today)"),
        ("scheduler__solve", "import time\ntime.time()"),
        ("scheduler__solve", "from datetime import datetime\ndatetime.now(tz=None)"),
    ],
)
def test_clock_is_noticed(name: str, text: str) -> None:
    assert len(architecture.clock_readers(tree(**{name: text}))) == 1


@pytest.mark.parametrize("name", sorted(architecture.TIME_LIMIT_KEEPERS))
def test_time_limit_may_read_its_stopwatch(name: str) -> None:
    text = "import time\nfrom time import perf_counter\nfrom datetime import time as clock\ntime.monotonic()"
    assert architecture.clock_readers({name: Source(name, text)}) == []


def test_clocks_outside_the_optimiser_are_not_its_business() -> None:
    assert architecture.clock_readers(tree(delivery_app__jobs="import time\ntime.time()")) == []


@pytest.mark.parametrize(
    "modules",
    [
        {"scheduler__a": "import scheduler.b", "scheduler__b": "import scheduler.a"},
        {"scheduler__a": "from scheduler.b import x", "scheduler__b": "def f():\n    from .a import y"},
        {"scheduler": "from .a import x", "scheduler__a": "from scheduler import x"},
        {"a": "import b", "b": "import c", "c": "import a"},
    ],
)
def test_circle_is_noticed(modules: dict[str, str]) -> None:
    assert len(architecture.circles(tree(**modules))) == 1


def test_package_may_gather_its_modules() -> None:
    sources = tree(
        scheduler="from scheduler.a import x\nfrom . import b",
        scheduler__a="from scheduler import b\nif TYPE_CHECKING:\n    from scheduler import x",
        scheduler__b="import json",
    )
    assert architecture.circles(sources) == []


def test_long_module_is_noticed() -> None:
    limit = architecture.LONGEST_MODULE_LINES
    assert architecture.long_modules(tree(a="x = 1\n" * limit)) == []
    assert len(architecture.long_modules(tree(a="x = 1\n" * (limit + 1)))) == 1


def test_import_knows_its_line() -> None:
    (found,) = find_imports(tree(models__a="\n\nimport scheduler.roster"))
    assert str(found) == "models.a line 3 imports scheduler.roster"
