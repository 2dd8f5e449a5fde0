"""From a team pack to a :class:`~scheduler.problem.Problem`, with everything that is wrong found at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scheduler.clock import Calendar
from scheduler.message import Message, ProblemError
from scheduler.pack.build import build_problem
from scheduler.pack.checks import check_rows
from scheduler.pack.cross_checks import check_across
from scheduler.pack.findings import Findings, PackErrors, PackWarning, RowError
from scheduler.pack.folder import read_folder
from scheduler.pack.oddities import warn_about
from scheduler.pack.parsing import ParsedTables, check_references
from scheduler.pack.roster_json import parse_roster_for
from scheduler.pack.rows import RawPack
from scheduler.pack.schema import ROSTER_FILES, TABLES, TEAM_FILE, TEAM_SHEET
from scheduler.pack.settings import parse_settings
from scheduler.pack.workbook import read_workbook
from scheduler.problem import Problem
from scheduler.roster import Roster

#: In which order the files' errors are told.
_FILE_ORDER = (
    TEAM_FILE,
    TEAM_SHEET,
    *(name for spec in TABLES for name in (spec.file, spec.name)),
    *ROSTER_FILES,
)


def read_pack(path: Path | str) -> Problem:
    """The problem a team pack describes.

    Parameters
    ----------
    path
        A folder with the pack's files, or one ``.xlsx`` with a sheet per file.

    Raises
    ------
    PackErrors
        With every mistake in the pack: file (or sheet), line (or row), column, the value and what to write.
    """
    problem, errors, _ = check_pack(path)
    if problem is None:
        raise PackErrors(errors)
    return problem


def check_pack(path: Path | str) -> tuple[Problem | None, tuple[RowError, ...], tuple[PackWarning, ...]]:
    """The problem (None when the pack has errors), all errors, and the warnings: what is legal but odd."""
    findings = Findings()
    problem = problem_from_raw(read_raw(Path(path), findings), findings)
    return problem, findings.ordered_errors(_FILE_ORDER), tuple(findings.warnings)


def read_raw(path: Path, findings: Findings) -> RawPack:
    """The pack as text, from a folder or a workbook."""
    if path.is_dir():
        return read_folder(path, findings)
    if path.suffix.lower() == ".xlsx" and path.is_file():
        return read_workbook(path, findings)
    message = Message(
        "'{value}' is neither a folder nor an .xlsx file; name the folder that holds team.toml, "
        "or the workbook",
        {"value": path.name},
    )
    findings.fault(path.name or str(path), None, "", message)
    return RawPack(unreadable={spec.name for spec in TABLES})


def problem_from_raw(raw: RawPack, findings: Findings) -> Problem | None:
    """The problem in a pack that was read as text; None when anything is wrong, which is noted."""
    settings = parse_settings(raw, findings)
    calendar = _calendar(settings)
    tables = ParsedTables(raw, findings)
    check_references(tables, findings)
    check_rows(tables, calendar, findings)
    check_across(tables, findings)
    rosters: dict[str, Roster | None] = {}
    if calendar is not None:
        days = {
            row.get("shift_id"): calendar.day(row.get("date"))
            for row in tables["shifts"].rows
            if row.get("shift_id") is not None and row.get("date") is not None
        }
        # The standing roster has weeks and shifts of its own; the published one is of these weeks.
        for name, expected, known in (("base.json", None, {}), ("published.json", calendar, days)):
            if name in raw.rosters:
                rosters[name] = parse_roster_for(raw.rosters[name], name, findings, expected, known)
    if findings.errors or calendar is None:
        return None
    try:
        problem = build_problem(
            settings, tables, calendar, rosters.get("base.json"), rosters.get("published.json")
        )
    except ProblemError as error:  # what no row check foresaw is still told as a sentence
        findings.fault(raw.settings_label, None, "", error.message)
        return None
    warn_about(problem, tables, raw.settings_label, findings)
    return problem


def _calendar(settings: dict[str, Any]) -> Calendar | None:
    if "week" not in settings or "weeks" not in settings:
        return None
    return Calendar(settings["week"], settings["weeks"])
