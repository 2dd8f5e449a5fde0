"""``naerplan pack …``: make, check, convert and resolve team packs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from delivery_app.cli.inputs import PackArgument, check_new_pack, check_out_folder, read_problem
from delivery_app.cli.output import CliError, speaker_of
from delivery_app.i18n import N_
from scheduler.clock import parse_week

PROVIDERS = ("municipal", "private")


def new(
    ctx: typer.Context,
    folder: Annotated[
        Path,
        typer.Argument(
            readable=False, metavar=N_("FOLDER"), help=N_("Where the pack is made; a new or empty folder.")
        ),
    ],
    municipality: Annotated[
        str,
        typer.Option(
            "--municipality",
            metavar=N_("NAME"),
            help=N_("Whose town, packages and habits: see naerplan catalogue list."),
        ),
    ],
    citizens: Annotated[
        int, typer.Option("--citizens", min=1, max=2000, metavar=N_("N"), help=N_("How many citizens."))
    ] = 50,
    carers: Annotated[
        int, typer.Option("--carers", min=1, max=500, metavar=N_("N"), help=N_("How many carers."))
    ] = 14,
    seed: Annotated[
        int, typer.Option("--seed", min=0, metavar=N_("N"), help=N_("The same number gives the same team."))
    ] = 1,
    weeks: Annotated[
        int, typer.Option("--weeks", min=1, max=8, metavar=N_("N"), help=N_("How many weeks."))
    ] = 1,
    week: Annotated[
        str, typer.Option("--week", metavar=N_("WEEK"), help=N_("The first week, as 2026-W49."))
    ] = "2026-W49",
    open_shifts: Annotated[
        int | None,
        typer.Option(
            "--open-shifts",
            min=0,
            max=5000,
            metavar=N_("N"),
            show_default=False,
            help=N_("How many shifts are nobody's yet, all weeks together; carers then have wishes, too."),
        ),
    ] = None,
    visits: Annotated[
        int | None,
        typer.Option(
            "--visits",
            min=1,
            metavar=N_("N"),
            show_default=False,
            help=N_("About how many visits a week: many short ones or few long ones."),
        ),
    ] = None,
    workload: Annotated[
        float,
        typer.Option(
            "--workload",
            min=0.3,
            max=1.3,
            metavar=N_("SHARE"),
            help=N_("Minutes in homes as a share of what so many carers usually do; 1 is as usual."),
        ),
    ] = 1.0,
) -> None:
    from delivery_app.generator import generate_team
    from scheduler.pack import write_pack

    speaker = speaker_of(ctx)
    parse_week(week)
    check_out_folder(folder)
    if folder.is_dir() and any(folder.iterdir()):
        raise CliError(
            N_("{path} is not empty; name a new folder, so that nothing of yours is replaced"), path=folder
        )
    _check_municipality(municipality)
    problem = generate_team(
        municipality=municipality,
        citizens=citizens,
        carers=carers,
        seed=seed,
        weeks=weeks,
        week=week,
        open_shifts=open_shifts,
        visits=visits,
        workload=workload,
    )
    write_pack(problem, folder)
    speaker.say(
        N_("A team of {citizens} citizens and {carers} carers with {needs} needs is written to {path}"),
        citizens=len(problem.citizens),
        carers=len(problem.carers),
        needs=len(problem.needs),
        path=folder,
    )


def check(ctx: typer.Context, pack: PackArgument) -> None:
    from delivery_app.cli.figures import show_left_out
    from delivery_app.views.plan import Plan
    from scheduler.due import due_visits
    from scheduler.evaluate import pack_warnings
    from scheduler.feasibility import unplaceable
    from scheduler.roster import Roster
    from scheduler.travel import TravelTable

    speaker = speaker_of(ctx)
    problem = read_problem(pack, speaker, all_warnings=True)
    speaker.warn(violation.message.render(speaker._) for violation in pack_warnings(problem))
    # As a roster with nothing in it but what nobody can do.
    stuck = tuple(unplaceable(problem, TravelTable(problem)))
    calendar = problem.calendar
    nothing = Roster(problem.name, calendar.first_monday, calendar.weeks, unplaced=stuck)
    show_left_out(Plan(problem, nothing), speaker)
    speaker.say(
        N_(
            "{pack}: {citizens} citizens, {carers} carers, {shifts} shifts, {visits} visits due. The "
            "pack can be used."
        ),
        pack=pack,
        citizens=len(problem.citizens),
        carers=len(problem.carers),
        shifts=len(problem.shifts),
        visits=len(due_visits(problem).visits),
    )


def convert(
    ctx: typer.Context,
    source: Annotated[
        Path, typer.Argument(readable=False, metavar=N_("FROM"), help=N_("A folder or an .xlsx file."))
    ],
    target: Annotated[
        Path, typer.Argument(readable=False, metavar=N_("TO"), help=N_("The other of the two."))
    ],
) -> None:
    from scheduler.pack import convert_pack

    speaker = speaker_of(ctx)
    check_new_pack(target)
    convert_pack(source, target)
    speaker.say(N_("{source} is written again as {target}"), source=source, target=target)


def resolve(
    ctx: typer.Context,
    pack: PackArgument,
    catalogue: Annotated[
        Path | None,
        typer.Option(
            "--catalogue",
            readable=False,
            metavar=N_("FILE"),
            show_default=False,
            help=N_("A catalogue of your own, or the name of one; else the one of the pack's municipality."),
        ),
    ] = None,
    provider: Annotated[
        str | None,
        typer.Option(
            "--provider",
            metavar=N_("KIND"),
            show_default=False,
            help=N_("municipal or private; else what the pack's team.toml says."),
        ),
    ] = None,
) -> None:
    from models.catalogue import load_catalogue, resolve_packages
    from scheduler.pack import read_rows, write_rows

    speaker = speaker_of(ctx)
    tables, settings = read_rows(pack)
    file = _check_municipality(settings.get("municipality", "")) if catalogue is None else _file_of(catalogue)
    kind = provider or settings.get("provider") or "municipal"
    if kind == "municipal":
        rows = resolve_packages(load_catalogue(file), "municipal")
    elif kind == "private":
        rows = resolve_packages(load_catalogue(file), "private")
    else:
        raise CliError(
            N_("--provider: '{value}' is not a kind of provider; choose one of {choices}"),
            value=kind,
            choices=", ".join(PROVIDERS),
        )
    known = {row["package"] for row in rows}
    strangers = sorted({row["package"] for row in tables.get("citizens", ())} - known - {""})
    lost = [row["package"] for row in tables.get("packages", ()) if row["package"] in strangers]
    if lost:
        raise CliError(
            N_(
                "catalogue {catalogue} does not have the packages {names} that citizens.csv names; give these "
                "citizens one of {choices} first, or take another catalogue"
            ),
            catalogue=file.stem,
            names=", ".join(lost),
            choices=", ".join(row["package"] for row in rows),
        )
    if pack.is_dir():
        write_rows(pack, {"packages": rows})
    else:
        _write_packages_sheet(pack, rows)
    speaker.say(
        N_("{count} packages of {catalogue} ({kind}) are written to {pack}"),
        count=len(rows),
        catalogue=file.stem,
        kind=kind,
        pack=pack,
    )
    if strangers:
        speaker.warn(
            [
                speaker._(N_("citizens.csv names packages the catalogue does not have: {names}")).format(
                    names=", ".join(strangers)
                )
            ]
        )


def _write_packages_sheet(pack: Path, rows: list[dict[str, str]]) -> None:
    """Put the rows into the workbook's sheet ``packages``; every other sheet stays as it is."""
    import io

    import openpyxl

    from models.catalogue import PACKAGE_COLUMNS
    from scheduler.pack.files import write_whole

    book = openpyxl.load_workbook(pack)
    place = book.sheetnames.index("packages") if "packages" in book.sheetnames else len(book.sheetnames)
    if "packages" in book.sheetnames:
        del book["packages"]
    sheet = book.create_sheet("packages", place)
    sheet.append(list(PACKAGE_COLUMNS))
    for row in rows:
        sheet.append([row[column] for column in PACKAGE_COLUMNS])
    buffer = io.BytesIO()
    book.save(buffer)
    write_whole(pack, buffer.getvalue())


def _file_of(catalogue: Path) -> Path:
    """The file given, or the catalogue of that name."""
    from models.catalogue import CATALOGUE_FOLDER

    named = CATALOGUE_FOLDER / f"{catalogue.name}.toml"
    return (
        named if not catalogue.exists() and catalogue.name == str(catalogue) and named.exists() else catalogue
    )


def _check_municipality(name: str) -> Path:
    """The catalogue file of a municipality; raises CliError naming those there are."""
    from models.catalogue import CATALOGUE_FOLDER

    known = sorted(path.stem for path in CATALOGUE_FOLDER.glob("*.toml"))
    if not re.fullmatch(r"[\w-]+", name) or name not in known:
        raise CliError(
            N_("municipality: there is no catalogue '{value}'; choose one of {choices}"),
            value=name,
            choices=", ".join(known),
        )
    return CATALOGUE_FOLDER / f"{name}.toml"


PACK_HELP = N_("Team packs: the folder (or workbook) that holds all a team's data.")
NEW_HELP = N_(
    "Make a realistic team from a seed, to try things on.\n\n"
    "Streets and villages, packages, needs, carers, shifts, absences and history as in the "
    "municipality; all persons "
    "are invented."
)
CHECK_HELP = N_(
    "Look for mistakes in a pack.\n\n"
    "All of them at once, each with file, line, column, the value and what to write instead. Also "
    "tells what is legal "
    "but odd, and visits that nobody on duty can make. Ends with 0, or with 2 when there are mistakes."
)
CONVERT_HELP = N_("Turn a folder into one .xlsx workbook with a sheet per file, or back.")
RESOLVE_HELP = N_(
    "Write the pack's packages from the municipality's catalogue.\n\n"
    "The optimiser reads the packages in the pack and never a catalogue; run this again when the "
    "catalogue changes."
)


def register(app: typer.Typer, group: typer.Typer) -> None:
    """Add the group and its commands."""
    group.command("new", help=NEW_HELP)(new)
    group.command("check", help=CHECK_HELP)(check)
    group.command("convert", help=CONVERT_HELP)(convert)
    group.command("resolve", help=RESOLVE_HELP)(resolve)
    app.add_typer(group, name="pack", help=PACK_HELP)
