"""``naerplan plan``, ``check``, ``show``, ``print`` and ``export``: from a pack to a roster and what is
made of it."""

from __future__ import annotations

from math import ceil
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer

from delivery_app.cli.errors import BROKEN
from delivery_app.cli.inputs import (
    PackArgument,
    RosterArgument,
    TravelOption,
    TravelUrlOption,
    check_out_file,
    check_out_folder,
    read_problem,
    read_roster_of,
    travel_for,
    travel_of_roster,
)
from delivery_app.cli.output import CliError, Speaker, speaker_of
from delivery_app.i18n import N_

if TYPE_CHECKING:
    from delivery_app.views.plan import Plan
    from scheduler.crew import Crew
    from scheduler.problem import Problem
    from scheduler.roster import Roster
    from scheduler.travel import TravelTable

#: How long a week is planned when nothing is said.
DEFAULT_SECONDS = 60.0
PRESET_NAMES = ("balanced", "continuity", "travel", "average")


def plan_(
    ctx: typer.Context,
    pack: PackArgument,
    out: Annotated[
        Path,
        typer.Option(
            "--out", readable=False, metavar=N_("FILE"), help=N_("Where the roster is written, as JSON.")
        ),
    ],
    seconds: Annotated[
        float | None,
        typer.Option(
            "--seconds", min=0.1, metavar=N_("S"), help=N_("Time limit; 60 seconds when no limit is given.")
        ),
    ] = None,
    iterations: Annotated[
        int | None,
        typer.Option(
            "--iterations",
            min=1,
            metavar=N_("N"),
            help=N_("Limit in steps of the search instead: then the same words always give the same roster."),
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", min=0, metavar=N_("N"), help=N_("Another number, another search."))
    ] = 1,
    workers: Annotated[
        int, typer.Option("--workers", min=1, max=64, metavar=N_("N"), help=N_("Processes that search."))
    ] = 2,
    preset: Annotated[
        str | None,
        typer.Option(
            "--preset",
            metavar=N_("NAME"),
            show_default=False,
            help=N_("What weighs most: balanced, continuity or travel; without it, the pack's own weights."),
        ),
    ] = None,
    contacts: Annotated[
        Path | None,
        typer.Option(
            "--contacts",
            readable=False,
            metavar=N_("FILE"),
            show_default=False,
            help=N_("Write citizens.csv anew with the proposed contact carers filled in, to look through."),
        ),
    ] = None,
    travel: TravelOption = "crow_flies",
    travel_url: TravelUrlOption = None,
) -> None:
    begun = monotonic()
    from scheduler.jobs import thorough_from_s, waiting_crew

    speaker = speaker_of(ctx)
    if seconds is not None and iterations is not None:
        raise CliError(N_("--seconds and --iterations are both given; keep one of them"))
    if seconds is not None and seconds == float("inf"):
        raise CliError(N_("--seconds: {value} is no time limit; write a number of seconds"), value=seconds)
    check_preset(preset)
    check_out_file(out)
    if contacts is not None:
        check_out_file(contacts, "--contacts", "citizens.csv")
    if seconds is None and iterations is None:
        seconds = DEFAULT_SECONDS
    with waiting_crew(workers) as crew:  # its processes load the search while the pack is read
        problem = read_problem(pack, speaker)
        if preset is not None:
            problem = problem.with_preset(preset)
        table = travel_for(problem, travel, travel_url)
        roster, stopped = run_solver(
            problem, speaker, seconds, iterations, seed, workers, table, crew=crew, begun=begun
        )
    code = hand_over(problem, roster, out, table, speaker, stopped=stopped)
    if seconds is not None and seconds < (least := thorough_from_s(problem)):
        speaker.note(
            N_(
                "Proven bounds and what would help unplaced visits are left out: they take a limit of at least "
                "{seconds} seconds"
            ),
            seconds=ceil(least),
        )
    if contacts is not None:
        write_contacts(problem, roster, contacts, speaker)
    raise typer.Exit(code)


def write_contacts(problem: Problem, roster: Roster, path: Path, speaker: Speaker) -> None:
    """Write ``citizens.csv`` with the roster's proposals as contact carers of those who have none."""
    from dataclasses import replace

    from scheduler.pack import write_table

    proposed = {row.citizen_id: row.carer_id for row in roster.contacts}
    citizens = tuple(
        replace(row, contact_carer=row.contact_carer or proposed.get(row.citizen_id))
        for row in problem.citizens
    )
    write_table(replace(problem, citizens=citizens), "citizens", path)
    speaker.say(
        N_(
            "Proposed contact carers are written to {path} ({count}); put it into the pack in place of citizens.csv"
        ),
        count=len(proposed),
        path=path,
    )


def check_preset(preset: str | None) -> None:
    """Raise CliError for a preset that does not exist."""
    if preset is not None and preset not in PRESET_NAMES:
        raise CliError(
            N_("--preset: '{value}' is not a preset; choose one of {choices}"),
            value=preset,
            choices=", ".join(PRESET_NAMES),
        )


def run_solver(
    problem: Problem,
    speaker: Speaker,
    seconds: float | None,
    iterations: int | None,
    seed: int,
    workers: int,
    table: TravelTable | None = None,
    *,
    crew: Crew | None = None,
    begun: float | None = None,
) -> tuple[Roster, bool]:
    """The roster, with progress shown; and whether Ctrl-C ended the run. ``crew`` and ``begun``: see ``solve``."""
    from delivery_app.cli.progress import cancel_on_interrupt, shown_progress
    from scheduler.solve import solve

    with cancel_on_interrupt(speaker) as cancel, shown_progress(speaker, problem) as progress:
        roster = solve(
            problem,
            seconds=seconds,
            iterations=iterations,
            seed=seed,
            workers=workers,
            travel=table,
            progress=progress,
            cancel=cancel,
            crew=crew,
            begun=begun,
        )
        return roster, cancel.is_set()


def hand_over(
    problem: Problem, roster: Roster, out: Path, table: TravelTable | None, speaker: Speaker, *, stopped: bool
) -> int:
    """Write the roster, say what it is like; the exit code."""
    from delivery_app.views.plan import Plan
    from scheduler.pack import write_roster

    write_roster(roster, out, problem)
    plan = Plan(problem, roster, table)
    show_result(plan, speaker)
    if stopped:
        speaker.say(N_("Stopped by Ctrl-C: the best roster so far is written to {path}"), path=out)
    else:
        speaker.say(N_("The roster is written to {path}"), path=out)
    return BROKEN if plan.evaluation.hard else 0


def show_result(plan: Plan, speaker: Speaker, left_out_most: int | None = None) -> None:
    """Print the figures, what has no place (the most urgent of it), and what is broken, if anything is."""
    from delivery_app.cli.figures import show_figures, show_left_out, show_violations

    show_figures(plan, speaker)
    show_left_out(plan, speaker, most=left_out_most)
    speaker.out.print()
    if plan.evaluation.violations:
        show_violations(plan.evaluation, speaker)


def read_plan(pack: Path, roster_file: Path, travel: str, travel_url: str | None, speaker: Speaker) -> Plan:
    """A pack and its roster, read and judged."""
    from delivery_app.views.plan import Plan

    problem = read_problem(pack, speaker)
    roster = read_roster_of(roster_file, problem)
    return Plan(problem, roster, travel_of_roster(problem, roster, travel, travel_url, speaker))


def check(
    ctx: typer.Context,
    pack: PackArgument,
    roster_file: RosterArgument,
    travel: TravelOption = "crow_flies",
    travel_url: TravelUrlOption = None,
) -> None:
    from delivery_app.cli.figures import show_violations

    speaker = speaker_of(ctx)
    plan = read_plan(pack, roster_file, travel, travel_url, speaker)
    show_result(plan, speaker)
    if not plan.evaluation.violations:
        show_violations(plan.evaluation, speaker)
    raise typer.Exit(BROKEN if plan.evaluation.hard else 0)


def show(
    ctx: typer.Context,
    pack: PackArgument,
    roster_file: RosterArgument,
    carer: Annotated[
        str | None,
        typer.Option("--carer", metavar=N_("ID"), show_default=False, help=N_("The days of this carer.")),
    ] = None,
    citizen: Annotated[
        str | None,
        typer.Option("--citizen", metavar=N_("ID"), show_default=False, help=N_("The week of this citizen.")),
    ] = None,
    packages: Annotated[
        bool,
        typer.Option("--packages", help=N_("Minutes against the packages, over the last 4 and 12 weeks.")),
    ] = False,
    fairness: Annotated[
        bool,
        typer.Option(
            "--fairness", help=N_("Hours, weekends, evenings, heavy visits and travel by carer; wishes.")
        ),
    ] = False,
    open_shifts: Annotated[
        bool,
        typer.Option("--open-shifts", help=N_("Who takes the open shifts, and why some stay open.")),
    ] = False,
    travel: TravelOption = "crow_flies",
    travel_url: TravelUrlOption = None,
) -> None:
    from delivery_app.cli.figures import show_figures, show_left_out, show_terms
    from delivery_app.cli.people import show_carer, show_citizen

    speaker = speaker_of(ctx)
    asked = {
        "--carer": carer is not None,
        "--citizen": citizen is not None,
        "--packages": packages,
        "--fairness": fairness,
        "--open-shifts": open_shifts,
    }
    given = [option for option, is_given in asked.items() if is_given]
    if len(given) > 1:
        raise CliError(
            N_("{first} and {second} are both given; keep one of them"), first=given[0], second=given[1]
        )
    plan = read_plan(pack, roster_file, travel, travel_url, speaker)
    if packages:
        from delivery_app.cli.steering import show_packages

        show_packages(plan, speaker)
    elif fairness:
        from delivery_app.cli.shift_tables import show_fairness

        show_fairness(plan, speaker)
    elif open_shifts:
        from delivery_app.cli.shift_tables import show_open_shifts

        show_open_shifts(plan, speaker)
    elif carer is not None:
        show_carer(plan, carer, speaker)
    elif citizen is not None:
        show_citizen(plan, citizen, speaker)
    else:
        show_figures(plan, speaker)
        show_terms(plan.evaluation, speaker)
        show_left_out(plan, speaker)
        warn_of_broken_rules(plan, pack, roster_file, speaker)


def warn_of_broken_rules(plan: Plan, pack: Path, roster_file: Path, speaker: Speaker) -> None:
    """Whoever looks at, prints or exports a roster is told when it breaks hard rules."""
    if plan.evaluation.hard:
        template = N_("{count} hard rules are broken; see them by: naerplan check {pack} {roster}")
        count = len(plan.evaluation.hard)
        speaker.warn([speaker._(template).format(count=count, pack=pack, roster=roster_file)])


def print_(
    ctx: typer.Context,
    pack: PackArgument,
    roster_file: RosterArgument,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            readable=False,
            metavar=N_("FOLDER"),
            help=N_("Where the pages are written; made when missing."),
        ),
    ],
    travel: TravelOption = "crow_flies",
    travel_url: TravelUrlOption = None,
) -> None:
    from delivery_app.prints import write_prints

    speaker = speaker_of(ctx)
    check_out_folder(out)
    plan = read_plan(pack, roster_file, travel, travel_url, speaker)
    written = write_prints(plan.problem, plan.roster, out, speaker.lang, plan.travel)
    speaker.say(N_("{count} files are written to {path}"), count=len(written), path=out)
    warn_of_broken_rules(plan, pack, roster_file, speaker)


def export(
    ctx: typer.Context,
    pack: PackArgument,
    roster_file: RosterArgument,
    out: Annotated[
        Path,
        typer.Option(
            "--out", readable=False, metavar=N_("FILE"), help=N_("Where the workbook is written (.xlsx).")
        ),
    ],
    travel: TravelOption = "crow_flies",
    travel_url: TravelUrlOption = None,
) -> None:
    from delivery_app.exports.xlsx import write_xlsx

    speaker = speaker_of(ctx)
    if out.suffix.lower() != ".xlsx":
        raise CliError(
            N_("--out: {path} does not end in .xlsx; name a workbook, for example roster.xlsx"), path=out
        )
    check_out_file(out)
    plan = read_plan(pack, roster_file, travel, travel_url, speaker)
    write_xlsx(plan, out, speaker.lang)
    speaker.say(N_("The workbook is written to {path}"), path=out)
    warn_of_broken_rules(plan, pack, roster_file, speaker)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("plan", help=PLAN_HELP)(plan_)
    app.command("check", help=CHECK_HELP)(check)
    app.command("show", help=SHOW_HELP)(show)
    app.command("print", help=PRINT_HELP)(print_)
    app.command("export", help=EXPORT_HELP)(export)


PLAN_HELP = N_(
    "Plan the team's weeks.\n\n"
    "Reads the pack, tells all its mistakes at once if it has any, and looks for the best roster "
    "within the limit. "
    "Ctrl-C ends the search and keeps the best so far. What cannot be placed is listed with the rule "
    "that stops it. "
    "Ends with 0, with 1 when a hard rule is broken, with 2 when something given is wrong (then "
    "nothing is written)."
)
CHECK_HELP = N_(
    "Judge a roster by the rules.\n\n"
    "Every broken rule is told with its number, the visit and the value; also in rosters made by "
    "hand or by other "
    "programs. Ends with 0, with 1 when a hard rule is broken, with 2 when something given is wrong."
)
SHOW_HELP = N_(
    "Show a roster: its figures, a carer's days, a citizen's week, the packages, who shares what, or the open "
    "shifts.\n\n"
    "Without one of these: the figures with proven bounds, what the objective is made of, and what has no place."
)
PRINT_HELP = N_(
    "Print a roster: HTML and PDF for each carer, each citizen and the team.\n\n"
    "The pages are in the language the program speaks (--lang)."
)
EXPORT_HELP = N_(
    "Write a roster as a workbook for a spreadsheet program.\n\n"
    "Sheets: figures, the week (carers by days), every visit, what has no place, and the citizens."
)
