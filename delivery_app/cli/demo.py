"""``naerplan demo``: a sample team planned, shown, written and opened in the app, with nothing to choose."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from delivery_app.cli.errors import BROKEN
from delivery_app.cli.output import CliError, Speaker, speaker_of
from delivery_app.cli.sample import DEMO_PACK, demo_folder
from delivery_app.cli.serving import DEFAULT_PORT, PortOption, require_port, serve_app
from delivery_app.i18n import N_

if TYPE_CHECKING:
    from delivery_app.views.plan import Plan
    from scheduler.problem import Problem
    from scheduler.roster import Roster

DEMO_SEED = 1
#: Of what has no place, so many are shown; the workbook and the page hold all.
LEFT_OUT_TOLD = 10
#: The weeks behind and the draft are planned for so long each, at most.
OTHER_WEEKS_S = 4.0


def demo(
    ctx: typer.Context,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help=N_("Serve the app when the weeks are planned."))
    ] = True,
    port: PortOption = DEFAULT_PORT,
    seconds: Annotated[
        float,
        typer.Option(
            "--seconds",
            min=0.1,
            metavar=N_("S"),
            help=N_("Time limit of the planning of the coming week; the other weeks take less."),
        ),
    ] = 20.0,
    week: Annotated[
        str | None,
        typer.Option(
            "--week",
            metavar=N_("WEEK"),
            show_default=False,
            help=N_("The week to plan, for example 2026-W49; the coming one when it is not named."),
        ),
    ] = None,
    keep: Annotated[
        bool,
        typer.Option("--keep", help=N_("Serve what an earlier demo has left, with all that was done in it.")),
    ] = False,
) -> None:
    speaker = speaker_of(ctx)
    if serve:
        require_port(port)  # before the planning, not after it
    folder = demo_folder()
    if keep:
        _serve_kept(folder, port, speaker)
        return
    began = time.monotonic()
    plan, stopped = _build(folder, seconds, week, speaker)
    write_all(plan, folder, speaker)
    speaker.say(N_("Done in {seconds:.0f} seconds."), seconds=time.monotonic() - began)
    if stopped or not serve:
        raise typer.Exit(BROKEN if plan.evaluation.hard else 0)
    _serve_kept(folder, port, speaker)


def _build(folder: Path, seconds: float, week: str | None, speaker: Speaker) -> tuple[Plan, bool]:
    """The demo's database made anew; the coming week's plan, and whether Ctrl-C ended its planning."""
    from delivery_app.cli.inputs import read_problem
    from delivery_app.cli.people import show_carer
    from delivery_app.cli.planning import run_solver, show_result
    from delivery_app.demo.build import build, fresh_database
    from delivery_app.demo.rota import at_monday, coming_monday
    from delivery_app.templating import COPENHAGEN
    from delivery_app.views.plan import Plan
    from scheduler.clock import parse_week

    stops: list[bool] = []

    def plan_week(problem: Problem) -> Roster:
        speaker.say(
            N_("{team}: {citizens} citizens, {carers} carers. Planning {week} for {seconds:g} seconds …"),
            team=problem.name,
            citizens=len(problem.citizens),
            carers=len(problem.carers),
            week=problem.calendar.week_name(0),
            seconds=seconds,
        )
        roster, stopped = run_solver(problem, speaker, seconds, None, DEMO_SEED, 2)
        stops.append(stopped)
        return roster

    monday = coming_monday(datetime.now(COPENHAGEN).date()) if week is None else parse_week(week)
    problem = at_monday(read_problem(DEMO_PACK, speaker), monday)
    database = fresh_database(folder)
    try:
        own, roster = build(
            database,
            problem,
            plan_week,
            seconds=min(OTHER_WEEKS_S, seconds / 2),
            now=datetime.now(UTC),
            told=lambda week: speaker.note(N_("Planning {week}, which lies behind …"), week=week),
        )
    finally:
        database.close()
    plan = Plan(own, roster)
    show_result(plan, speaker, left_out_most=LEFT_OUT_TOLD)
    shown = busiest(roster)
    if shown is not None:
        show_carer(plan, shown[0], speaker, only_day=shown[1])
    return plan, stops[0]


def _serve_kept(folder: Path, port: int, speaker: Speaker) -> None:
    from delivery_app.db import open_database
    from delivery_app.demo.build import demo_settings
    from delivery_app.services.sample_users import PASSWORD, USERS
    from delivery_app.settings import DATABASE_FILE

    if not (folder / DATABASE_FILE).is_file():
        raise CliError(N_("there is no earlier demo to keep; begin one by: naerplan demo"))
    settings = demo_settings(folder)
    database = open_database(settings)
    try:
        database.check_schema()
        speaker.say(
            N_("Nærplan is on {url} (sample data, only on this machine). Ctrl-C ends it."),
            url=f"http://localhost:{port}",
        )
        speaker.say(
            N_("Sign in as {names}; the password of each is {password}"),
            names=", ".join(user.sign_in_name for user in USERS),
            password=PASSWORD,
        )
        serve_app(database, settings, port)
    finally:
        database.close()


def busiest(roster: Roster) -> tuple[str, int] | None:
    """The carer and the day with the most visits; the first of equals. None in a roster without visits."""
    visits = Counter((visit.carers[0], visit.day) for visit in roster.visits if visit.carers)
    return max(sorted(visits), key=lambda one: visits[one]) if visits else None


def write_all(plan: Plan, folder: Path, speaker: Speaker) -> None:
    """The roster as JSON, workbook, HTML and PDF; says where."""
    from delivery_app.exports.xlsx import write_xlsx
    from delivery_app.prints import write_prints
    from scheduler.pack import write_pack, write_roster

    folder.mkdir(parents=True, exist_ok=True)
    write_pack(plan.problem, folder / "pack")
    write_roster(plan.roster, folder / "roster.json", plan.problem)
    write_xlsx(plan, folder / "roster.xlsx", speaker.lang)
    prints = write_prints(plan.problem, plan.roster, folder / "prints", speaker.lang, plan.travel)
    speaker.say(
        N_(
            "Written to {folder}: the team's pack, roster.json, roster.xlsx, and {count} pages to print in {prints}"
        ),
        folder=folder,
        count=len(prints),
        prints=folder / "prints",
    )


DEMO_HELP = N_(
    "See it work: plan a sample team's weeks, print the coming one, and open the app over them.\n\n"
    "The team is invented, and everything is made anew in var/demo each time. Ctrl-C during the planning "
    "keeps the best roster so far and does not serve."
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo", help=DEMO_HELP)(demo)
