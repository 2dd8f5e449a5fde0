"""A municipality's package catalogue: one readable TOML file, checked when it is read (C32).

``load_catalogue`` reads one, ``list_catalogues`` a folder of them, ``resolve_packages`` makes the rows of a
team pack's ``packages.csv``. A wrong file is answered by one ``CatalogueError`` that tells all its mistakes.
"""

import errno
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from models import catalogue_errors as errors
from models.catalogue_errors import CatalogueError, CatalogueProblem
from models.catalogue_package import Interval, Package, Screen, StartDeadline
from models.catalogue_problems import problems_of, show, where
from models.catalogue_rules import LatenessCall, NotHomeStep, Rules, Scope
from models.catalogue_values import Code, Evidence, Municipality, Source, Sourced, Strict, Text
from models.toml_reasons import toml_reason

__all__ = [
    "CATALOGUE_FOLDER",
    "FORMAT",
    "PACKAGE_COLUMNS",
    "Catalogue",
    "CatalogueError",
    "CatalogueProblem",
    "Evidence",
    "Interval",
    "LatenessCall",
    "Municipality",
    "NotHomeStep",
    "Package",
    "Provider",
    "Rules",
    "Scope",
    "Screen",
    "Source",
    "Sourced",
    "StartDeadline",
    "Text",
    "list_catalogues",
    "load_catalogue",
    "parse_catalogue",
    "resolve_packages",
]

FORMAT = "package-catalogue/1"
CATALOGUE_FOLDER = Path(__file__).resolve().parents[1] / "fixtures" / "catalogues"
PACKAGE_COLUMNS = (
    "package",
    "min_minutes",
    "min_included",
    "max_minutes",
    "max_included",
    "average_minutes",
    "screen",
    "two_carers_count",
)

Provider = Literal["municipal", "private"]

# Keyed tables of the file that are sequences here: section -> the field that takes the key.
_KEYED = {"sources": "id", "packages": "code"}


class Catalogue(Strict):
    """What one municipality has published. ``id`` is the file's name without ``.toml`` and the value of
    ``municipality`` in a pack's ``team.toml``. Packages stand in the file's order."""

    format: Literal["package-catalogue/1"]
    id: Code
    municipality: Municipality
    sources: Annotated[tuple[Source, ...], Field(strict=False)]
    packages: Annotated[tuple[Package, ...], Field(strict=False)]
    scope: Scope = Scope()
    rules: Rules = Rules()

    def package(self, code: str) -> Package:
        """The package with that code.

        Raises
        ------
        KeyError
            When the catalogue has none; the codes it has are named.
        """
        for package in self.packages:
            if package.code == code:
                return package
        known = ", ".join(package.code for package in self.packages)
        raise KeyError(f"catalogue {self.id} has no package {code!r}; it has {known}")


def load_catalogue(path: Path | str) -> Catalogue:
    """Read and check one catalogue file.

    Raises
    ------
    CatalogueError
        With every problem of the file at once: each names file, package, field, value and what is expected.
        TOML that cannot be read is one problem, with its line.
    """
    path = Path(path)
    return parse_catalogue(_text(path), path.name)


def parse_catalogue(text: str, file: str) -> Catalogue:
    """Check the text of a catalogue; ``file`` is its name, and must be its ``id`` with ``.toml``.

    Raises
    ------
    CatalogueError
        As ``load_catalogue``.
    """
    raw = _tables(text, file)
    prepared, problems = _keys_into_tables(raw, file)
    problems += _unknown_sources(raw, file)
    problems += _wrong_id(raw, file)
    catalogue: Catalogue | None = None
    try:
        catalogue = Catalogue.model_validate(prepared)
    except ValidationError as error:
        problems = problems_of(error, Catalogue, file, raw) + problems
    if problems or catalogue is None:
        raise CatalogueError(problems)
    return catalogue


def list_catalogues(folder: Path | str = CATALOGUE_FOLDER) -> tuple[Catalogue, ...]:
    """All catalogues of a folder (its ``*.toml`` files), by file name.

    Raises
    ------
    CatalogueError
        With every problem of every file, or when the folder does not exist.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise CatalogueError([CatalogueProblem(errors.NO_FOLDER, {"file": str(folder)})])
    catalogues: list[Catalogue] = []
    problems: list[CatalogueProblem] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            catalogues.append(load_catalogue(path))
        except CatalogueError as error:
            problems.extend(error.problems)
    if problems:
        raise CatalogueError(problems)
    return tuple(catalogues)


def resolve_packages(catalogue: Catalogue, provider: Provider = "municipal") -> list[dict[str, str]]:
    """The rows of a team pack's ``packages.csv`` for a provider of that kind, one for each plannable package.

    Hours become whole minutes (to the nearest). A cell is empty where the municipality has published nothing:
    no bound, or, for ``screen`` and an end's inclusion, the format's own default.

    Raises
    ------
    ValueError
        When ``provider`` is neither ``municipal`` nor ``private``.
    """
    if provider not in ("municipal", "private"):
        raise ValueError(f"provider is {provider!r}; write municipal or private")
    return [_row(package, provider) for package in catalogue.packages if package.is_plannable]


def _row(package: Package, provider: Provider) -> dict[str, str]:
    interval = package.interval
    average = package.average_hours
    screen = package.screen
    cells = (
        package.code,
        _minutes(interval.min_hours if interval else None),
        _yes_no(interval.min_included if interval else None),
        _minutes(interval.max_hours if interval else None),
        _yes_no(interval.max_included if interval else None),
        _minutes(average.value if average else None),
        _yes_no(getattr(screen, provider) if screen else None),
        package.two_carers_count.value if package.two_carers_count else "",
    )
    return dict(zip(PACKAGE_COLUMNS, cells, strict=True))


def _minutes(hours: float | None) -> str:
    return "" if hours is None else str(round(hours * 60))


def _yes_no(value: bool | None) -> str:
    return "" if value is None else ("yes" if value else "no")


#: Why a file cannot be read, where the operating system would say it in English.
_OF_SYSTEM = {
    errno.ENOENT: errors.NO_SUCH_FILE,
    errno.EACCES: errors.NOT_READABLE_BY_YOU,
    errno.EISDIR: errors.IS_A_FOLDER,
}


def _text(path: Path) -> str:
    """The file's text; what stops the reading is told, with the line when it is the encoding."""
    try:
        data = path.read_bytes()
    except OSError as error:
        known = _OF_SYSTEM.get(error.errno or 0)
        reason = error.strerror or str(error) if known is None else CatalogueProblem(known, {})
        values: dict[str, Any] = {"file": path.name, "value": reason}
        raise CatalogueError([CatalogueProblem(errors.UNREADABLE, values)]) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        values = {"file": path.name, "line": line, "value": f"0x{data[error.start]:02X}"}
        raise CatalogueError([CatalogueProblem(errors.NOT_UTF8, values)]) from error


def _tables(text: str, file: str) -> dict[str, Any]:
    """The text as TOML tables; a syntax error is told with its line."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r" \(at line (\d+), column \d+\)$", str(error))
        line = int(found.group(1)) if found else len(text.splitlines())
        values = {"file": file, "line": line, "value": toml_reason(error)}
        raise CatalogueError([CatalogueProblem(errors.BROKEN_TOML, values)]) from error


def _keys_into_tables(raw: dict[str, Any], file: str) -> tuple[dict[str, Any], list[CatalogueProblem]]:
    """``[packages.let]`` becomes a member of a list, its key the field ``code``; so does ``[sources.x]``."""
    prepared = dict(raw)
    problems: list[CatalogueProblem] = []
    for section, key_field in _KEYED.items():
        tables = raw.get(section)
        if tables is None or tables == {}:
            msgid = errors.NO_PACKAGES if section == "packages" else errors.MISSING
            problems.append(CatalogueProblem(msgid, {"file": file, "where": section, "field": section}))
            prepared[section] = []
        elif isinstance(tables, dict):
            members: list[Any] = []
            for key, table in tables.items():
                if isinstance(table, dict) and key_field in table:
                    values = where((section, key, key_field)) | {
                        "file": file,
                        "value": show(table[key_field]),
                    }
                    problems.append(
                        CatalogueProblem(errors.KEY_TWICE, values | {"expected": f"[{section}.{key}]"})
                    )
                members.append(table | {key_field: key} if isinstance(table, dict) else table)
            prepared[section] = members
    return prepared, problems


def _unknown_sources(raw: dict[str, Any], file: str) -> list[CatalogueProblem]:
    """Every ``source = "…"`` that names no section of ``[sources]``."""
    known = raw["sources"] if isinstance(raw.get("sources"), dict) else {}
    problems: list[CatalogueProblem] = []

    def look(node: Any, path: tuple[str | int, ...]) -> None:
        if isinstance(node, list):
            for position, item in enumerate(node):
                look(item, (*path, position))
        elif isinstance(node, dict):
            source = node.get("source")
            if isinstance(source, str) and source not in known:
                values = where((*path, "source")) | {"file": file, "value": source}
                problems.append(
                    CatalogueProblem(errors.UNKNOWN_SOURCE, values | {"expected": ", ".join(known) or "–"})
                )
            for key, item in node.items():
                look(item, (*path, key))

    for section in ("packages", "scope", "rules"):
        look(raw.get(section), (section,))
    return problems


def _wrong_id(raw: dict[str, Any], file: str) -> list[CatalogueProblem]:
    """A copied file whose ``id`` still is the old one would answer to the wrong name."""
    given, expected = raw.get("id"), Path(file).stem
    if not isinstance(given, str) or given == expected:
        return []
    values = where(("id",)) | {"file": file, "value": show(given), "expected": expected}
    return [CatalogueProblem(errors.WRONG_ID, values)]
