"""``naerplan replan``: a published roster after a sick call, an admission, an urgent visit or a delay."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from delivery_app.cli.errors import BAD_INPUT, BROKEN
from delivery_app.cli.inputs import (
    PackArgument,
    RosterArgument,
    TravelOption,
    TravelUrlOption,
    check_out_file,
    check_out_folder,
    read_own_roster,
    read_problem,
    travel_of_roster,
)
from delivery_app.cli.output import CliError, speaker_of
from delivery_app.i18n import N_
from scheduler.clock import DAY_MIN, parse_clock
from scheduler.message import ProblemError

if TYPE_CHECKING:
    from scheduler.problem import Problem
    from scheduler.replan import Event

DEFAULT_SECONDS = 2.0
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def replan_(
    ctx: typer.Context,
    pack: PackArgument,
    roster_file: RosterArgument,
    now: Annotated[
        str,
        typer.Option(
            "--now",
            metavar=N_("TIME"),
            help=N_("The moment, such as 2026-12-01T06:10; what has begun is kept."),
        ),
    ],
    sick: Annotated[
        list[str] | None,
        typer.Option(
            "--sick",
            metavar="ID[:TIME]",
            show_default=False,
            help=N_(
                "A carer is away from now to the end of that date, or until the date or time given. Repeatable."
            ),
        ),
    ] = None,
    admit: Annotated[
        list[str] | None,
        typer.Option(
            "--admit",
            metavar="ID[:TIME]",
            show_default=False,
            help=N_("A citizen is in hospital from now to the end of the pack, or until then. Repeatable."),
        ),
    ] = None,
    discharge: Annotated[
        list[str] | None,
        typer.Option(
            "--discharge",
            metavar=N_("ID"),
            show_default=False,
            help=N_("A citizen comes home now. Repeatable."),
        ),
    ] = None,
    urgent: Annotated[
        list[Path] | None,
        typer.Option(
            "--urgent",
            readable=False,
            metavar=N_("FILE"),
            show_default=False,
            help=N_(
                "New visits, a file with the columns of needs.csv; each falls once on each of its days. Repeatable."
            ),
        ),
    ] = None,
    late: Annotated[
        list[str] | None,
        typer.Option(
            "--late",
            metavar="ID+MIN",
            show_default=False,
            help=N_("A carer runs so many minutes behind, such as k2+25. Repeatable."),
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            readable=False,
            metavar=N_("FILE"),
            show_default=False,
            help=N_("Where the new roster is written; without it the answer is only shown."),
        ),
    ] = None,
    pack_out: Annotated[
        Path | None,
        typer.Option(
            "--pack-out",
            readable=False,
            metavar=N_("FOLDER"),
            show_default=False,
            help=N_("Where the pack with these events in it is written; a new or empty folder."),
        ),
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option(
            "--seconds", min=0.1, metavar=N_("S"), help=N_("Time limit; 2 seconds when no limit is given.")
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
    travel: TravelOption = "crow_flies",
    travel_url: TravelUrlOption = None,
) -> None:
    from delivery_app.cli.replanned import show_replanned
    from scheduler.pack import write_pack, write_roster
    from scheduler.replan import EventErrors, replan

    speaker = speaker_of(ctx)
    if seconds is not None and iterations is not None:
        raise CliError(N_("--seconds and --iterations are both given; keep one of them"))
    if seconds is not None and seconds == float("inf"):
        raise CliError(N_("--seconds: {value} is no time limit; write a number of seconds"), value=seconds)
    if out is not None:
        check_out_file(out)
    if pack_out is not None:
        check_out_folder(pack_out)
        if pack_out.is_dir() and any(pack_out.iterdir()):
            raise CliError(
                N_("{path} is not empty; name a new folder, so that nothing of yours is replaced"),
                path=pack_out,
            )
    problem = read_problem(pack, speaker)
    roster = read_own_roster(roster_file, problem)
    now_min, events = _Words(problem, now).events(
        sick or [], admit or [], discharge or [], urgent or [], late or []
    )
    if not events:
        raise CliError(N_("nothing has happened: give --sick, --admit, --discharge, --urgent or --late"))
    table = travel_of_roster(problem, roster, travel, travel_url, speaker)
    if seconds is None and iterations is None:
        seconds = DEFAULT_SECONDS
    try:
        answer = replan(
            problem, roster, now_min, events, seconds=seconds, iterations=iterations, seed=seed, travel=table
        )
    except EventErrors as error:
        speaker.fail([message.render(speaker._) for message in error.messages])
        if len(error.messages) > 1:
            speaker.note(N_("{count} mistakes; nothing was written"), count=len(error.messages))
        raise typer.Exit(BAD_INPUT) from None
    if pack_out is not None:
        write_pack(answer.problem_to_keep, pack_out)
    if out is not None:
        write_roster(answer.roster, out, answer.problem)
    broken = show_replanned(answer, table, speaker)
    if pack_out is not None:
        speaker.say(N_("The pack with these events is written to {path}"), path=pack_out)
    if out is not None:
        speaker.say(N_("The roster is written to {path}"), path=out)
    raise typer.Exit(BROKEN if broken else 0)


class _Words:
    """From the words of the command line to events; every mistake names the option and the value."""

    def __init__(self, problem: Problem, now: str) -> None:
        self.problem = problem
        self.now_min = self.moment("--now", now)

    def events(
        self,
        sick: Sequence[str],
        admit: Sequence[str],
        discharge: Sequence[str],
        urgent: Sequence[Path],
        late: Sequence[str],
    ) -> tuple[int, list[Event]]:
        """The moment and the events, in the order in which they are listed here."""
        from scheduler.pack.additions import read_additions
        from scheduler.replan import Admitted, Discharged, Late, Sick, Urgent

        found: list[Event] = []
        found += [Sick(*self.away("--sick", text, self.problem.carer_by_id)) for text in sick]
        found += [Admitted(*self.away("--admit", text, self.problem.citizen_by_id)) for text in admit]
        found += [Discharged(text) for text in discharge]
        joined = self.problem
        for path in urgent:
            if not path.is_file():
                raise CliError(N_("--urgent: {path}: there is no such file"), path=path)
            additions = read_additions(joined, path)
            joined = additions.joined_to(joined)
            found.append(Urgent(additions.needs))
        for text in late:
            carer_id, plus, minutes = text.rpartition("+")
            if not plus or not minutes.isdecimal() or len(minutes) > 4:
                raise CliError(
                    N_("--late: '{value}' is not a carer and minutes; write for example k2+25"), value=text
                )
            found.append(Late(carer_id, int(minutes)))
        return self.now_min, found

    def away(self, option: str, text: str, ids: Collection[str]) -> tuple[str, int | None, int | None]:
        """``k4``, ``k4:2026-12-02`` or ``k4:2026-12-02T12:00``: an id, until which pack minute, through which day."""
        one, colon, until = text.partition(":")
        if text in ids or not colon:
            return text, None, None
        words = until.strip().replace("T", " ").split()
        try:
            if len(words) == 1 and _DATE.fullmatch(words[0]):
                return one, None, self._day(words[0])
            if len(words) == 1:  # a clock time: that of today
                return one, self.now_min // DAY_MIN * DAY_MIN + parse_clock(words[0]), None
            if len(words) == 2:
                return one, self._day(words[0]) * DAY_MIN + parse_clock(words[1]), None
        except (ValueError, OverflowError, ProblemError):
            pass
        raise CliError(
            N_(
                "{option}: '{value}' is not a date or a time; write for example 2026-12-02 or 2026-12-02T12:00"
            ),
            option=option,
            value=until,
        )

    def moment(self, option: str, text: str) -> int:
        """The pack minute of a date and clock time."""
        words = text.strip().replace("T", " ").split()
        try:
            if len(words) == 2:
                return self._day(words[0]) * DAY_MIN + parse_clock(words[1])
        except (ValueError, OverflowError, ProblemError):
            pass
        raise CliError(
            N_("{option}: '{value}' is not a date and a clock time; write for example 2026-12-01T06:10"),
            option=option,
            value=text,
        )

    def _day(self, text: str) -> int:
        if not _DATE.fullmatch(text):
            raise ValueError(text)
        return self.problem.calendar.day(date.fromisoformat(text))


def register(app: typer.Typer) -> None:
    """Add this command."""
    command: Callable[..., None] = replan_
    app.command("replan", help=REPLAN_HELP)(command)


REPLAN_HELP = N_(
    "Re-plan a published roster when something has happened.\n\n"
    "Give what happened, as often and in any mixture as needed: a carer is sick, a citizen is admitted or discharged, "
    "a visit is urgent, a carer is late. What has begun at --now stays as it is, and so does everything that need not "
    "change. Rosters are compared in this order: visits without a place by priority, citizens given a carer they have "
    "not seen in 14 days, citizens with any change of carer, visits moved by more than 15 minutes, the objective. "
    "Shown are the figures with the proven least, what to tell each citizen, and each carer's new round. "
    "Ends with 0, with 1 when a hard rule is broken, with 2 when something given is wrong (then nothing is written)."
)
