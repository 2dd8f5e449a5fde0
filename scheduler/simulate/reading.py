"""The file of distributions, TOML: read with every mistake told at once, and written.

Form: ``format = "distributions/1"`` and tables ``[visit.SERVICE]`` and ``[travel.MODE]`` with ``mean``, ``cv``,
``day_cv`` and ``source``; see the file in ``fixtures/simulation/``.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import scheduler
from scheduler.message import Message, ProblemError
from scheduler.pack.cells import TEXT, shown
from scheduler.pack.findings import Findings, PackErrors
from scheduler.pack.json_values import WRONG, JsonObject
from scheduler.problem import MODES, SERVICES
from scheduler.reading import parser_reason, system_reason
from scheduler.simulate.distributions import OTHER, Distributions, Spread

FORMAT = "distributions/1"
#: What is taken when nothing else is given.
DEFAULT_FILE = Path(scheduler.__file__).parents[1] / "fixtures" / "simulation" / "distributions.toml"
_KINDS: Mapping[str, Sequence[str]] = {"visit": SERVICES, "travel": MODES}


def read_distributions(path: Path | str | None = None) -> Distributions:
    """The distributions in a file; those that come with the program when no file is given.

    Raises
    ------
    PackErrors
        With everything that is wrong in the file, each by its key.
    """
    file = DEFAULT_FILE if path is None else Path(path)
    findings = Findings()
    found = None
    try:
        found = _parse(file.read_bytes().decode("utf-8-sig"), file.name, findings)
    except UnicodeDecodeError:
        findings.fault(
            file.name, None, "", Message("the file is not UTF-8 text; save it as UTF-8", {"value": ""})
        )
    except OSError as error:
        values = {"value": "", "reason": system_reason(error)}
        findings.fault(file.name, None, "", Message("the file cannot be read ({reason})", values))
    if found is None or findings.errors:
        raise PackErrors(findings.errors)
    return found


def distributions_text(distributions: Distributions) -> str:
    """The distributions as a file; the same ones always give the same text."""
    lines = [f'format = "{FORMAT}"']
    for kind, table in (("visit", distributions.visit), ("travel", distributions.travel)):
        for name in (OTHER, *(one for one in _KINDS[kind] if one in table)):
            spread = table[name]
            lines += ["", f"[{kind}.{name}]"]
            lines += [f"{key} = {float(getattr(spread, key))}" for key in ("mean", "cv", "day_cv")]
            if spread.source:
                # A JSON string is a TOML basic string, but for DEL, which TOML does not take bare.
                lines.append(
                    f"source = {json.dumps(spread.source, ensure_ascii=False)}".replace("\x7f", "\\u007f")
                )
    return "\n".join(lines) + "\n"


def _parse(text: str, file: str, findings: Findings) -> Distributions | None:
    try:
        data = tomllib.loads(text.replace("\r\n", "\n"))
    except (ValueError, RecursionError) as error:
        match = re.search(r"\(at line (\d+), column \d+\)", str(error))
        reason = parser_reason(error)
        message = Message(
            "the line cannot be read as TOML ({reason}); correct it", {"value": "", "reason": reason}
        )
        findings.fault(file, int(match[1]) if match else text.count("\n") + 1, "", message)
        return None
    document = JsonObject(data, "", file, findings)
    document.only(("format", *_KINDS))
    form = document.text("format", TEXT)
    if form is not WRONG and form != FORMAT:
        values = {"value": shown(form), "expected": FORMAT}
        message = Message("'{value}' is not a format this version reads; write {expected}", values)
        document.fault("format", message)
    tables = {kind: _tables(document, data, kind) for kind in _KINDS}
    if findings.errors:
        return None
    return Distributions(**tables)


def _tables(document: JsonObject, data: Mapping[str, Any], kind: str) -> dict[str, Spread]:
    """The spreads of one kind; ``other`` without spread where the file has none."""
    known = (*_KINDS[kind], OTHER)
    inner = document.object(kind)
    names = data[kind] if isinstance(data.get(kind), dict) else {}
    found: dict[str, Spread] = {OTHER: Spread()}
    for name in names:
        if name not in known:
            values = {"value": shown(name), "choices": ", ".join(known)}
            inner.fault("", Message("'{value}' is none of {choices}", values))
            continue
        table = inner.object(name)
        spread = _spread(table) if isinstance(names[name], dict) else None
        if spread is not None:
            found[name] = spread
    return found


def _spread(table: JsonObject) -> Spread | None:
    table.only(("mean", "cv", "day_cv", "source"))
    values = {
        key: table.number(key, default) for key, default in (("mean", WRONG), ("cv", WRONG), ("day_cv", 0.0))
    }
    source = table.text("source", TEXT, "")
    if WRONG in values.values() or source is WRONG:
        return None
    for key, value in values.items():
        try:
            Spread(**{key: value})
        except ProblemError as error:
            table.fault("", error.message)
            return None
    return Spread(**values, source=source)
