"""From pydantic's findings to sentences a municipality can act on (C32).

Every kind of finding has its own template in ``catalogue_errors``; this module finds the template, the place
in the file's own terms (``[packages.let] interval.max_hours``) and what would have been accepted there.
"""

import datetime as dt
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from models import catalogue_errors as errors
from models.catalogue_errors import CatalogueProblem

_BY_TYPE = {
    "missing": errors.MISSING,
    "extra_forbidden": errors.UNKNOWN,
    "float_type": errors.NOT_A_NUMBER,
    "finite_number": errors.NOT_A_NUMBER,
    "int_type": errors.NOT_WHOLE,
    "int_from_float": errors.NOT_WHOLE,
    "bool_type": errors.NOT_YES_NO,
    "string_type": errors.NOT_TEXT,
    "string_too_short": errors.EMPTY,
    "string_pattern_mismatch": errors.BAD_CODE,
    "date_type": errors.NOT_A_DATE,
    "date_from_datetime_inexact": errors.NOT_A_DATE,
    "tuple_type": errors.NOT_A_LIST,
    "model_type": errors.NOT_A_TABLE,
    "literal_error": errors.NOT_A_CHOICE,
    "greater_than_equal": errors.TOO_SMALL,
    "less_than_equal": errors.TOO_LARGE,
}
_KEYED = {"sources": "id", "packages": "code"}
_LONGEST_VALUE = 60

Path = tuple[str | int, ...]


def problems_of(
    error: ValidationError, model: type[BaseModel], file: str, data: Mapping[str, Any]
) -> list[CatalogueProblem]:
    """Each finding of ``error`` as a problem; ``data`` is the file's tables, which hold the codes."""
    return [_problem(detail, model, file, data) for detail in error.errors(include_url=False)]


def where(path: Path) -> dict[str, str]:
    """The values ``where``, ``package`` and ``field`` for a place in the file, written as the file writes it.

    Positions in lists count from 1: ``start_deadlines #2``.
    """
    table, rest = "", path
    if path and path[0] in _KEYED and len(path) > 1:
        table, rest = f"[{path[0]}.{path[1]}]", path[2:]
    elif len(path) > 1:
        table, rest = f"[{path[0]}]", path[1:]
    field = ""
    for step in rest:
        field += f" #{step + 1}" if isinstance(step, int) else ("." if field else "") + step
    package = str(path[1]) if len(path) > 1 and path[0] == "packages" else ""
    return {"where": f"{table} {field}".strip(), "package": package, "field": field}


def show(value: Any) -> str:
    """A value as the file would write it, cut short when it is long."""
    if isinstance(value, bool):
        shown = "true" if value else "false"
    elif isinstance(value, str):
        shown = f'"{value}"'
    elif isinstance(value, dt.date):
        shown = value.isoformat()
    elif isinstance(value, list | tuple):
        shown = "[" + ", ".join(show(item) for item in value) + "]"
    elif isinstance(value, Mapping):
        shown = "{ " + ", ".join(f"{key} = {show(item)}" for key, item in value.items()) + " }"
    else:
        shown = str(value)
    return shown if len(shown) <= _LONGEST_VALUE else shown[: _LONGEST_VALUE - 1] + "…"


def _problem(
    detail: ErrorDetails, model: type[BaseModel], file: str, data: Mapping[str, Any]
) -> CatalogueProblem:
    location: Path = detail["loc"]
    context = dict(detail.get("ctx", {}))
    kind = detail["type"]
    path = _with_codes(location, data)
    values: dict[str, Any] = {"file": file, "value": show(detail["input"]), **where(path)}

    if kind == "catalogue":
        msgid = str(context.pop("msgid"))
        inner = context.pop("field", None)
        if inner is not None:
            values |= where((*path, inner))
        return CatalogueProblem(msgid, values | context)

    msgid = _BY_TYPE.get(kind, errors.OTHER)
    if kind == "extra_forbidden":
        values["expected"] = _known_fields(model, location)
    elif kind == "literal_error":
        values["expected"] = str(context["expected"]).replace(" or ", ", ").replace("'", '"')
        if path == ("format",):
            msgid, values["expected"] = errors.WRONG_FORMAT, values["expected"].strip('"')
    elif kind in ("greater_than_equal", "less_than_equal"):
        values["expected"] = f"{next(iter(context.values())):g}"
    elif kind == "string_pattern_mismatch" and path[0] == "municipality":
        msgid = errors.BAD_MUNICIPALITY_CODE
    elif kind == "model_type" and _is_section(path):
        msgid, values["field"] = errors.NOT_A_SECTION, ".".join(str(step) for step in path)
    elif kind == "tuple_type" and path[0] in _KEYED and len(path) == 1:
        msgid, values["field"] = errors.NOT_A_SECTION, f"{path[0]}.…"
    elif msgid == errors.OTHER:
        values["expected"] = detail["msg"]
    return CatalogueProblem(msgid, values)


def _is_section(path: Path) -> bool:
    return len(path) == 1 or (len(path) == 2 and path[0] in _KEYED)


def _with_codes(location: Path, data: Mapping[str, Any]) -> Path:
    """The same place with the package's code (or the source's key) instead of its position."""
    if len(location) < 2 or location[0] not in _KEYED or not isinstance(location[1], int):
        return location
    return (location[0], list(data[location[0]])[location[1]], *location[2:])


def _known_fields(model: type[BaseModel], location: Path) -> str:
    """The fields that exist beside an unknown one: those that look like it when there are any, else all."""
    owner: type[BaseModel] | None = model
    for step in location[:-1]:
        if owner is not None and isinstance(step, str):
            owner = _model_in(owner.model_fields[step].annotation)
    if owner is None:
        return "–"
    hidden = _KEYED.get(str(location[0])) if len(location) == 3 else None
    names = [name for name in owner.model_fields if name != hidden]
    return ", ".join(get_close_matches(str(location[-1]), names, n=3) or sorted(names))


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model inside ``X | None``, ``tuple[X, ...]`` or ``Annotated[X, …]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in get_args(annotation):
        found = _model_in(argument)
        if found is not None:
            return found
    return None
