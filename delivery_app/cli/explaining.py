"""``naerplan explain``: why a visit has no place, why this carer and not another, what cannot be met together."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from delivery_app.cli.inputs import (
    PackArgument,
    TravelOption,
    TravelUrlOption,
    read_own_roster,
    read_problem,
    travel_for,
    travel_of_roster,
)
from delivery_app.cli.output import CliError, speaker_of
from delivery_app.i18n import N_

if TYPE_CHECKING:
    from scheduler.problem import Problem


def explain(
    ctx: typer.Context,
    pack: PackArgument,
    roster_file: Annotated[
        Path | None,
        typer.Argument(
            readable=False,
            metavar=f"[{N_('ROSTER')}]",
            show_default=False,
            help=N_("The roster; without it the pack alone is looked at."),
        ),
    ] = None,
    need: Annotated[
        str | None,
        typer.Option(
            "--need",
            metavar=N_("ID"),
            show_default=False,
            help=N_("The visit of this need, or this group session."),
        ),
    ] = None,
    on: Annotated[
        str | None,
        typer.Option(
            "--date",
            metavar=N_("DATE"),
            show_default=False,
            help=N_("Its date, where the need has several visits."),
        ),
    ] = None,
    carer: Annotated[
        str | None,
        typer.Option(
            "--carer", metavar=N_("ID"), show_default=False, help=N_("Why not this carer, or at what cost.")
        ),
    ] = None,
    travel: TravelOption = "crow_flies",
    travel_url: TravelUrlOption = None,
) -> None:
    from delivery_app.cli.explained import show_team, show_visit
    from delivery_app.cli.explained_session import show_session
    from scheduler.explain import explain_session, explain_team, explain_visit

    speaker = speaker_of(ctx)
    if need is None and (on is not None or carer is not None):
        raise CliError(N_("--date and --carer belong to a visit; name it by --need"))
    if need is not None and roster_file is None:
        raise CliError(N_("--need is explained by a roster; name the roster after the pack"))
    problem = read_problem(pack, speaker)
    roster = None if roster_file is None else read_own_roster(roster_file, problem)
    if roster is None:
        table = travel_for(problem, travel, travel_url)
    else:
        table = travel_of_roster(problem, roster, travel, travel_url, speaker)
    if need is None or roster is None:
        show_team(problem, explain_team(problem, roster, table), roster, speaker)
        return
    day = None if on is None else day_of(problem, on)
    if need in problem.session_by_id:
        show_session(
            problem, roster, explain_session(problem, roster, need, day, carer, table), carer, speaker
        )
        return
    show_visit(problem, roster, explain_visit(problem, roster, need, day, carer, table), carer, speaker)


def day_of(problem: Problem, text: str) -> int:
    """The day of a date of the pack's weeks; raises CliError for anything else."""
    calendar = problem.calendar
    try:
        day = calendar.day(date.fromisoformat(text))
    except ValueError:
        raise CliError(
            N_("--date: '{value}' is not a date; write {example}"),
            value=text,
            example=calendar.first_monday.isoformat(),
        ) from None
    if not 0 <= day < calendar.days:
        raise CliError(
            N_("--date: {value} is not in the pack's weeks, {first} to {last}"),
            value=text,
            first=calendar.first_monday.isoformat(),
            last=calendar.date(calendar.days - 1).isoformat(),
        )
    return day


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("explain", help=EXPLAIN_HELP)(explain)


EXPLAIN_HELP = N_(
    "Explain a visit or group session, or what a team cannot do.\n\n"
    "With --need: a visit without a place is told with every rule that stops each carer, and the smallest changes that "
    "would place it, each of them tried and judged; a placed visit with what speaks for those who come, and what each "
    "other carer would cost. Without --need: the smallest sets of visits that nobody can plan together, with proof."
)
