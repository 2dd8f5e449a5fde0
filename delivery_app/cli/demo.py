"""``naerplan demo``: a sample team planned, shown, written and served, with nothing to choose."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from delivery_app.cli.errors import BROKEN
from delivery_app.cli.output import Speaker, speaker_of
from delivery_app.cli.sample import DEMO_PACK, demo_folder
from delivery_app.cli.serving import DEFAULT_PORT, PortOption, require_port, serve_week
from delivery_app.i18n import N_

if TYPE_CHECKING:
    from delivery_app.views.plan import Plan
    from scheduler.roster import Roster

DEMO_SEED = 1
#: Of what has no place, so many are shown; the workbook and the page hold all.
LEFT_OUT_TOLD = 10


def demo(
    ctx: typer.Context,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help=N_("Serve the week as a web page when it is planned."))
    ] = True,
    port: PortOption = DEFAULT_PORT,
    seconds: Annotated[
        float, typer.Option("--seconds", min=0.1, metavar=N_("S"), help=N_("Time limit of the planning."))
    ] = 30.0,
) -> None:
    from delivery_app.cli.inputs import read_problem
    from delivery_app.cli.people import show_carer
    from delivery_app.cli.planning import run_solver, show_result
    from delivery_app.views.plan import Plan

    speaker = speaker_of(ctx)
    if serve:
        require_port(port)  # before the planning, not after it
    began = time.monotonic()
    problem = read_problem(DEMO_PACK, speaker)
    speaker.say(
        N_("{team}: {citizens} citizens, {carers} carers. Planning {week} for {seconds:g} seconds …"),
        team=problem.name,
        citizens=len(problem.citizens),
        carers=len(problem.carers),
        week=problem.calendar.week_name(0),
        seconds=seconds,
    )
    roster, stopped = run_solver(problem, speaker, seconds, None, DEMO_SEED, 2)
    plan = Plan(problem, roster)
    show_result(plan, speaker, left_out_most=LEFT_OUT_TOLD)
    shown = busiest(roster)
    if shown is not None:
        show_carer(plan, shown[0], speaker, only_day=shown[1])
    write_all(plan, demo_folder(), speaker)
    speaker.say(N_("Done in {seconds:.0f} seconds."), seconds=time.monotonic() - began)
    if stopped or not serve:
        raise typer.Exit(BROKEN if plan.evaluation.hard else 0)
    serve_week(problem, plan.roster, port, speaker)


def busiest(roster: Roster) -> tuple[str, int] | None:
    """The carer and the day with the most visits; the first of equals. None in a roster without visits."""
    visits = Counter((visit.carers[0], visit.day) for visit in roster.visits if visit.carers)
    return max(sorted(visits), key=lambda one: visits[one]) if visits else None


def write_all(plan: Plan, folder: Path, speaker: Speaker) -> None:
    """The roster as JSON, workbook, HTML and PDF; says where."""
    from delivery_app.exports.xlsx import write_xlsx
    from delivery_app.prints import write_prints
    from scheduler.pack import write_roster

    folder.mkdir(parents=True, exist_ok=True)
    write_roster(plan.roster, folder / "roster.json", plan.problem)
    write_xlsx(plan, folder / "roster.xlsx", speaker.lang)
    prints = write_prints(plan.problem, plan.roster, folder / "prints", speaker.lang, plan.travel)
    speaker.say(
        N_("Written to {folder}: roster.json, roster.xlsx, and {count} pages to print in {prints}"),
        folder=folder,
        count=len(prints),
        prints=folder / "prints",
    )


DEMO_HELP = N_(
    "See it work: plan a sample team's week, print it, and serve it as a web page.\n\n"
    "The team is invented. Everything that is written lies in var/demo. Ctrl-C during the planning "
    "keeps the best "
    "roster so far and does not serve."
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo", help=DEMO_HELP)(demo)
