"""``naerplan compare``: two rosters of a pack side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from delivery_app.cli.inputs import (
    PackArgument,
    TravelOption,
    TravelUrlOption,
    read_own_roster,
    read_problem,
    travel_of_roster,
)
from delivery_app.cli.json_files import JsonOption, check_json_file, write_json
from delivery_app.cli.output import CliError, Speaker, speaker_of
from delivery_app.i18n import N_, hours, number, percent, short_date
from delivery_app.texts import FIGURES, TERMS, UNPLACED, say
from scheduler.clock import format_clock

if TYPE_CHECKING:
    from scheduler.compare import CarerChange, CitizenChange, Comparison, LeftOut, Pair, VisitChange
    from scheduler.problem import Problem
    from scheduler.roster import PlacedVisit

#: The most broken rules told of each roster; ``naerplan check`` tells all.
VIOLATIONS_TOLD = 5
#: Figures that are shares end so.
SHARES = ("_share", "punctuality")
#: How the second roster stands to the first, in words.
VERDICTS = {
    "better": N_("better"),
    "worse": N_("worse"),
    "same": N_("the same"),
    "other": N_("different"),
}


def compare(
    ctx: typer.Context,
    pack: PackArgument,
    first: Annotated[
        Path, typer.Argument(readable=False, metavar="A", help=N_("The roster one has, a JSON file."))
    ],
    second: Annotated[
        Path, typer.Argument(readable=False, metavar="B", help=N_("The roster to hold against it."))
    ],
    everybody: Annotated[
        bool, typer.Option("--all", help=N_("Citizens and carers for whom nothing differs, too."))
    ] = False,
    citizen: Annotated[
        str | None,
        typer.Option(
            "--citizen", metavar=N_("ID"), show_default=False, help=N_("This citizen's visits, one by one.")
        ),
    ] = None,
    json_file: JsonOption = None,
    travel: TravelOption = "crow_flies",
    travel_url: TravelUrlOption = None,
) -> None:
    from scheduler.compare import compare as held_against
    from scheduler.compare.document import comparison_document

    speaker = speaker_of(ctx)
    check_json_file(json_file)
    problem = read_problem(pack, speaker)
    if citizen is not None and citizen not in problem.citizen_by_id:
        raise CliError(
            N_("--citizen: there is no citizen '{value}' in the pack; there is for example {guess}"),
            value=citizen,
            guess=", ".join(sorted(problem.citizen_by_id)[:5]),
        )
    ours, theirs = (read_own_roster(path, problem) for path in (first, second))
    table = travel_of_roster(problem, ours, travel, travel_url, speaker)
    if theirs.travel_provider != ours.travel_provider:
        travel_of_roster(problem, theirs, travel, travel_url, speaker)
    result = held_against(problem, ours, theirs, table)
    if json_file is not None:
        write_json(comparison_document(result, problem.calendar), json_file)
    shown = Tables(problem, result, speaker)
    speaker.say(N_("A: {path}"), path=first)
    speaker.say(N_("B: {path}"), path=second)
    if citizen is not None:
        shown.citizen(citizen)
    else:
        shown.everything(everybody=everybody)


class Tables:
    """A comparison on the terminal, table by table."""

    def __init__(self, problem: Problem, result: Comparison, speaker: Speaker) -> None:
        self.problem, self.result, self.speaker = problem, result, speaker

    def everything(self, *, everybody: bool) -> None:
        """All tables that have something to tell."""
        speaker = self.speaker
        if self.result.same and not everybody:
            speaker.say(N_("The two rosters are the same."))
        figures = [row for row in self.result.figures if row.first is not None or row.second is not None]
        self._pairs(speaker._(N_("Figures")), figures, self.figure)
        terms = [row for row in self.result.terms if round(row.first or 0) or round(row.second or 0)]
        self._pairs(speaker._(N_("What the objective is made of")), terms, self._term)
        bounds = [row for row in self.result.bounds if row.first is not None or row.second is not None]
        self._pairs(speaker._(N_("Proven bounds")), bounds, self.figure)
        self._violations()
        self._left_out()
        citizens = [row for row in self.result.citizens if everybody or row.differs]
        self._citizens(speaker._(N_("Citizens, worst for B first")), citizens)
        self._carers([row for row in self.result.carers if everybody or row.differs])

    def citizen(self, citizen_id: str) -> None:
        """One citizen's visits before and after."""
        rows = sorted(
            (row for row in self.result.citizens if row.citizen_id == citizen_id), key=lambda row: row.week
        )
        self._citizens(self._citizen_name(citizen_id), rows)
        changes = [change for row in rows for change in row.visits]
        if not changes:
            self.speaker.say(N_("Every visit is the same in both."))
            return
        self.speaker.heading(self.speaker._(N_("Visits that differ")))
        table = self._table(N_("Visit"), N_("A"), N_("B"))
        for change in changes:
            table.add_row(*self._visit_row(change))
        self.speaker.out.print(table)

    def _table(self, *headings: str, right: int = 0):  # type: ignore[no-untyped-def]
        """An empty table; the last ``right`` columns hold numbers."""
        words = [self.speaker._(one) for one in headings]
        left = len(words) - right
        return self.speaker.table(*words[:left], *((word, "right") for word in words[left:]))

    def _pairs(
        self, title: str, rows: Sequence[Pair], show: Callable[[Pair], tuple[str, Callable[[float], str]]]
    ) -> None:
        if not rows:
            return
        self.speaker.heading(title)
        words = [
            self.speaker._(one) for one in (N_("Figure"), N_("A"), N_("B"), N_("Difference"), N_("B is"))
        ]
        table = self.speaker.table(words[0], *((word, "right") for word in words[1:4]), words[4])
        for row in rows:
            name, form = show(row)
            values = ["–" if value is None else form(value) for value in (row.first, row.second)]
            table.add_row(
                name, *values, self.difference(row, form), say(VERDICTS, row.verdict, self.speaker._)
            )
        self.speaker.out.print(table)

    def difference(self, row: Pair, form: Callable[[float], str]) -> str:
        """The difference of what is shown, so that the three agree; of shares in percentage points."""
        if row.first is None or row.second is None:
            return "–"
        if row.name.endswith(SHARES):
            points = round(100 * row.second) - round(100 * row.first)
            words = signed(points, lambda value: number(value, self.speaker.lang))
            return self.speaker._(N_("{points} pp")).format(points=words)
        decimals = 2 if row.name.endswith("_mean") else 0
        return signed(round(row.second, decimals) - round(row.first, decimals), form)

    def figure(self, row: Pair) -> tuple[str, Callable[[float], str]]:
        """A figure's name, and how its values are written."""
        lang = self.speaker.lang
        name = say(FIGURES, row.name, self.speaker._)
        if row.name.endswith("_minutes"):
            return name, hours
        if row.name.endswith(SHARES):
            return name, lambda value: percent(value, lang)
        return name, lambda value: number(value, lang, 2 if row.name.endswith("_mean") else 0)

    def _term(self, row: Pair) -> tuple[str, Callable[[float], str]]:
        return say(TERMS, row.name, self.speaker._), lambda value: number(value, self.speaker.lang)

    def _violations(self) -> None:
        from delivery_app.cli.figures import violation_line

        first, second = self.result.hard
        self.speaker.heading(self.speaker._(N_("Hard rules broken")))
        self.speaker.say(N_("A: {first} · B: {second}"), first=len(first), second=len(second))
        for name, rows in (("A", first), ("B", second)):
            for row in rows[:VIOLATIONS_TOLD]:
                line = f"• {name}: {violation_line(row, self.speaker)}"
                self.speaker.out.print(line, style="red", soft_wrap=True)
            if len(rows) > VIOLATIONS_TOLD:
                self.speaker.say(N_("… and {count} more"), count=len(rows) - VIOLATIONS_TOLD)

    def _left_out(self) -> None:
        rows = self.result.left_out
        if not rows:
            return
        counts = [
            sum(rule is not None for rule in side)
            for side in zip(*((r.first, r.second) for r in rows), strict=True)
        ]
        title = self.speaker._(N_("Without a place (A: {first} · B: {second})"))
        self.speaker.heading(title.format(first=counts[0], second=counts[1]))
        table = self._table(N_("When"), N_("Citizen"), N_("Visit"), N_("A"), N_("B"))
        for row in rows:
            table.add_row(*self._left_out_row(row))
        self.speaker.out.print(table)

    def _left_out_row(self, row: LeftOut) -> tuple[str, ...]:
        def side(rule: str | None) -> str:
            return self.speaker._(N_("has a place")) if rule is None else say(UNPLACED, rule, self.speaker._)

        when = self.speaker._(N_("any day, {week}")).format(week=self.problem.calendar.week_name(row.week))
        if row.day is not None:
            when = self._date(row.day)
        citizen = "" if row.citizen_id is None else self._citizen_name(row.citizen_id)
        return when, citizen, row.need_id, side(row.first), side(row.second)

    def _citizens(self, title: str, rows: Sequence[CitizenChange]) -> None:
        if not rows:
            return
        self.speaker.heading(title)
        weeks = self.problem.calendar.weeks > 1
        headings = [N_("Citizen"), *([N_("Week")] if weeks else [])]
        table = self._table(
            *headings, N_("Different carers"), N_("Minutes"), N_("Who comes instead"), N_("Other times")
        )
        for row in rows:
            week = [self.problem.calendar.week_name(row.week)] if weeks else []
            table.add_row(
                self._citizen_name(row.citizen_id),
                *week,
                self._from_to(row.carers, judged=True),
                self._from_to(row.minutes, lambda value: number(value, self.speaker.lang)),
                self._instead(row),
                self._moved(row),
            )
        self.speaker.out.print(table)

    def _instead(self, row: CitizenChange) -> str:
        """Who no longer comes in the week and who comes; else how many visits go to others of the same people."""
        if row.gone and row.came:
            return f"{self._people(row.gone)} → {self._people(row.came)}"
        if row.gone:
            return self.speaker._(N_("no longer {names}")).format(names=self._people(row.gone))
        if row.came:
            return self.speaker._(N_("also {names}")).format(names=self._people(row.came))
        if row.with_other_carers:
            words = self.speaker._(N_("the same people, other visits: {count}"))
            return words.format(count=row.with_other_carers)
        return ""

    def _moved(self, row: CitizenChange) -> str:
        words = []
        if row.moved:
            template = N_("{count} moved, at most {minutes} min.")
            words.append(
                self.speaker._(template).format(count=row.moved, minutes=signed(row.moved_most_min, str))
            )
        lost = sum(one.second is None for one in row.visits)
        gained = sum(one.first is None for one in row.visits)
        for template, count in (
            (N_("{count} without a place in B"), lost),
            (N_("{count} placed by B only"), gained),
        ):
            if count:
                words.append(self.speaker._(template).format(count=count))
        return ", ".join(words)

    def _carers(self, rows: Sequence[CarerChange]) -> None:
        if not rows:
            return
        self.speaker.heading(self.speaker._(N_("Carers")))
        table = self._table(N_("Carer"), N_("Visits"), N_("Load"), N_("Travel"), N_("Waiting"), right=4)
        for row in rows:
            name = self.problem.carer_by_id[row.carer_id].name
            table.add_row(
                f"{name} ({row.carer_id})",
                self._from_to(row.visits),
                *(self._from_to(pair, hours) for pair in (row.load, row.travel, row.waiting)),
            )
        self.speaker.out.print(table)

    def _from_to(self, row: Pair, form: Callable[[float], str] = str, *, judged: bool = False) -> str:
        """``3 → 4`` and, where it is asked for, whether that is better or worse."""
        if row.first is None or row.second is None or row.verdict == "same":
            return "–" if row.second is None else form(row.second)
        words = f"{form(row.first)} → {form(row.second)}"
        return f"{words}, {say(VERDICTS, row.verdict, self.speaker._)}" if judged else words

    def _visit_row(self, change: VisitChange) -> tuple[str, str, str]:
        return change.need_id, self._visit(change.first), self._visit(change.second)

    def _visit(self, visit: PlacedVisit | None) -> str:
        if visit is None:
            return self.speaker._(N_("no place"))
        midnight = visit.day * 1440
        times = f"{format_clock(visit.start_min - midnight)}–{format_clock(visit.end_min - midnight)}"
        return f"{self._date(visit.day)} {times}, {self._people(visit.carers)}"

    def _date(self, day: int) -> str:
        return short_date(self.problem.calendar.date(day), self.speaker.lang)

    def _citizen_name(self, citizen_id: str) -> str:
        return f"{self.problem.citizen_by_id[citizen_id].name} ({citizen_id})"

    def _people(self, carers: Iterable[str]) -> str:
        names = [self.problem.carer_by_id[one].name for one in carers]
        return ", ".join(names)


def signed(value: float | None, form: Callable[[float], str]) -> str:
    """A difference with its sign; a dash for none, and for what cannot be known."""
    if value is None:
        return "–"
    words = form(abs(value))
    if words == form(0):
        return words
    return ("+" if value > 0 else "−") + words


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("compare", help=COMPARE_HELP)(compare)


COMPARE_HELP = N_(
    "Hold two rosters of the same pack against each other.\n\n"
    "Figures side by side with what is better or worse in B, the terms of the objective, proven bounds, broken "
    "rules, what has no place, and then citizen by citizen, worst first, and carer by carer. Both are judged anew. "
    "Ends with 0, with 2 when something given is wrong."
)
