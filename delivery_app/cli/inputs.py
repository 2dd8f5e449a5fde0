"""What commands read, and where they write: packs, rosters, travel times; checked before the work begins."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from delivery_app.cli.output import CliError, Speaker
from delivery_app.i18n import N_

if TYPE_CHECKING:
    from scheduler.problem import Problem
    from scheduler.roster import Roster
    from scheduler.travel import TravelProvider, TravelTable

#: More warnings than this are counted, not told, where the pack is not what was asked about.
WARNINGS_TOLD = 5
#: Endings of files that are no pack: a folder of such a name would only be taken for one of them.
OTHER_FILES = (".csv", ".json", ".ods", ".toml", ".xls", ".xlsm", ".zip")
TRAVEL_PROVIDERS = ("crow_flies", "osrm", "valhalla")

PackArgument = Annotated[
    Path,
    typer.Argument(
        readable=False,
        metavar=N_("PACK"),
        help=N_("The team pack: a folder with team.toml, or one .xlsx file."),
    ),
]
RosterArgument = Annotated[
    Path,
    typer.Argument(
        readable=False, metavar=N_("ROSTER"), help=N_("The roster, a JSON file written by naerplan plan.")
    ),
]
TravelOption = Annotated[
    str,
    typer.Option(
        "--travel",
        metavar=N_("PROVIDER"),
        help=N_(
            "Where travel times come from: crow_flies (a formula), osrm or valhalla (a server of yours)."
        ),
    ),
]
TravelUrlOption = Annotated[
    str | None,
    typer.Option(
        "--travel-url",
        metavar=N_("URL"),
        help=N_("The server's address, for osrm and valhalla."),
        show_default=False,
    ),
]


def read_problem(path: Path, speaker: Speaker, *, all_warnings: bool = False) -> Problem:
    """The pack's problem; its warnings are told, a few of them unless all are asked for. Raises
    PackErrors."""
    from scheduler.pack import PackErrors, check_pack

    problem, errors, warnings = check_pack(path)
    if problem is None:
        raise PackErrors(errors)
    lines = [warning.render(speaker._) for warning in warnings]
    told = lines if all_warnings else lines[:WARNINGS_TOLD]
    speaker.warn(told)
    if len(lines) > len(told):
        speaker.note(
            N_("… and {count} more warnings; see them by: naerplan pack check {pack}"),
            count=len(lines) - len(told),
            pack=path,
        )
    return problem


def read_roster_of(path: Path, problem: Problem) -> Roster:
    """The roster that answers the problem; raises PackErrors, or CliError when there is no such file."""
    from scheduler.pack import read_roster

    if not path.is_file():
        raise CliError(
            N_("{path}: there is no such file; make one by: naerplan plan PACK --out {path}"), path=path
        )
    return _own(read_roster(path, problem), path, problem)


def _own(roster: Roster, path: Path, problem: Problem) -> Roster:
    """The roster; raises ProblemError when most of its visits are of another team's needs."""
    from scheduler.message import ProblemError

    strange = [row.need_id for row in roster.visits if row.need_id not in problem.need_by_id]
    if 2 * len(strange) > len(roster.visits):
        raise ProblemError(
            "{file}: it is another team's roster: the pack has no needs for {count} of its {all} visits ({example}, …); "
            "give the pack it was planned for",
            file=path.name,
            count=len(strange),
            all=len(roster.visits),
            example=strange[0],
        )
    return roster


def read_own_roster(path: Path, problem: Problem) -> Roster:
    """As :func:`read_roster_of`, for a roster that is to be worked on: every id in it is the pack's.

    Raises
    ------
    PackErrors, CliError
        It cannot be read.
    ProblemError
        It names needs, citizens, carers or shifts that the pack does not have.
    """
    from scheduler.message import ProblemError
    from scheduler.rules.completeness import unknown_ids
    from scheduler.rules.context import RosterContext
    from scheduler.travel import TravelTable

    roster = read_roster_of(path, problem)
    strange = unknown_ids(problem, RosterContext(problem, roster, TravelTable(problem)))
    if strange:
        raise ProblemError(
            "{file}: it names what the pack does not have ({what}; {count} in all); "
            "give the pack it was planned for",
            file=path.name,
            what=strange[0].message,
            count=len(strange),
        )
    return roster


def travel_for(problem: Problem, provider: str, url: str | None) -> TravelTable | None:
    """The travel times asked for; None for the problem's own formula. Raises CliError, TravelError."""
    if provider not in TRAVEL_PROVIDERS:
        raise CliError(
            N_("--travel: '{value}' is not a source of travel times; choose one of {choices}"),
            value=provider,
            choices=", ".join(TRAVEL_PROVIDERS),
        )
    if provider == "crow_flies":
        if url is not None:
            raise CliError(N_("--travel-url is for osrm and valhalla; give --travel too, or leave it out"))
        return None
    if url is None:
        raise CliError(
            N_("--travel {value} needs the server's address; write --travel-url http://localhost:5000"),
            value=provider,
        )
    from scheduler.travel import TravelTable

    return TravelTable(problem, _server(provider, url, problem.travel.stop_min))


def travel_of_roster(
    problem: Problem, roster: Roster, provider: str, url: str | None, speaker: Speaker
) -> TravelTable:
    """The travel times to judge a roster by; says so when it was planned by others."""
    from scheduler.travel import TravelTable

    if roster.travel_provider != provider:
        speaker.warn(
            [
                speaker._(
                    N_(
                        "the roster was planned with travel times of {planned}, and is judged by "
                        "{used}; give --travel"
                    )
                ).format(planned=roster.travel_provider, used=provider)
            ]
        )
    return travel_for(problem, provider, url) or TravelTable(problem)


def check_out_file(path: Path, option: str = "--out", example: str = "roster.json") -> None:
    """Raise CliError unless a file can be written there; asked before the work begins, not after an hour of
    it."""
    _check_parent(path, option)
    if path.is_dir():
        raise CliError(
            N_("{option}: {path} is a folder; name a file in it, for example {example}"),
            option=option,
            path=path,
            example=path / example,
        )
    if path.exists() and not os.access(path, os.W_OK):
        raise CliError(
            N_("{option}: {path} may not be written; choose another name"), option=option, path=path
        )


def check_out_folder(path: Path, option: str = "--out") -> None:
    """Raise CliError unless a folder is there or can be made there."""
    if path.is_dir():
        if not os.access(path, os.W_OK | os.X_OK):
            raise CliError(
                N_("{option}: {path} may not be written; choose another name"), option=option, path=path
            )
        return
    if path.exists():
        raise CliError(N_("{option}: {path} is a file; name a folder"), option=option, path=path)
    _check_parent(path, option)


def check_new_pack(path: Path, option: str = "--out") -> None:
    """Raise CliError unless a pack can be written there: a workbook, or a new or empty folder."""
    if path.suffix.lower() == ".xlsx":
        check_out_file(path, option)
    elif path.suffix.lower() in OTHER_FILES:
        raise CliError(
            N_("{path}: a pack is a folder or an .xlsx workbook; write {workbook}, or name a folder"),
            path=path,
            workbook=path.with_suffix(".xlsx"),
        )
    else:
        check_out_folder(path, option)
        if path.is_dir() and any(path.iterdir()):
            raise CliError(
                N_("{path} is not empty; name a new folder, so that nothing of yours is replaced"),
                path=path,
            )


def _check_parent(path: Path, option: str) -> None:
    parent = path.absolute().parent
    if not parent.is_dir():
        raise CliError(
            N_("{option}: there is no folder {folder}; make it first, or choose another place"),
            option=option,
            folder=path.parent,
        )
    if not os.access(parent, os.W_OK | os.X_OK):
        raise CliError(
            N_("{option}: you may not write in the folder {folder}; choose another place"),
            option=option,
            folder=path.parent,
        )


def _server(provider: str, url: str, stop_min: int) -> TravelProvider:
    from delivery_app.settings import Settings
    from scheduler.travel.cached import CachedProvider
    from scheduler.travel.osrm import Osrm
    from scheduler.travel.valhalla import Valhalla

    server = Osrm(url, stop_min) if provider == "osrm" else Valhalla(url, stop_min)
    return CachedProvider(server, Settings().var / "travel")
