"""``naerplan simulate``: how punctual a roster is likely to be on the day."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from delivery_app.cli.inputs import (
    PackArgument,
    RosterArgument,
    TravelOption,
    TravelUrlOption,
    check_out_file,
    read_own_roster,
    read_problem,
    travel_of_roster,
)
from delivery_app.cli.json_files import JsonOption, check_json_file, write_json
from delivery_app.cli.output import CliError, Speaker, speaker_of
from delivery_app.i18n import N_, hours, number, short_date
from delivery_app.texts import SERVICES, say
from scheduler.clock import DAY_MIN, format_clock

if TYPE_CHECKING:
    from delivery_app.views.plan import Plan
    from scheduler.simulate import RoundOutlook, Simulation, VisitOutlook

#: How many of the worst visits and rounds are told when nothing is said.
WORST = 10


def simulate(
    ctx: typer.Context,
    pack: PackArgument,
    roster_file: RosterArgument,
    runs: Annotated[
        int,
        typer.Option(
            "--runs", min=1, max=20000, metavar=N_("N"), help=N_("How many times the weeks are lived.")
        ),
    ] = 1000,
    seed: Annotated[
        int, typer.Option("--seed", min=0, metavar=N_("N"), help=N_("Another number, other luck."))
    ] = 1,
    tolerance: Annotated[
        int,
        typer.Option(
            "--tolerance",
            min=0,
            max=240,
            metavar=N_("MIN"),
            help=N_(
                "Minutes either side of the planned start that are on time; later, the citizen is called."
            ),
        ),
    ] = 30,
    distributions: Annotated[
        Path | None,
        typer.Option(
            "--distributions",
            readable=False,
            metavar=N_("FILE"),
            show_default=False,
            help=N_(
                "How long visits and journeys last beside the plan (TOML); without it, the program's own figures."
            ),
        ),
    ] = None,
    worst: Annotated[
        int,
        typer.Option(
            "--worst", min=0, metavar=N_("N"), help=N_("How many of the worst visits and rounds are told.")
        ),
    ] = WORST,
    json_file: JsonOption = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            readable=False,
            metavar=N_("FILE"),
            show_default=False,
            help=N_("Write the roster with its punctuality to this file."),
        ),
    ] = None,
    travel: TravelOption = "crow_flies",
    travel_url: TravelUrlOption = None,
) -> None:
    from delivery_app.cli.planning import warn_of_broken_rules
    from delivery_app.views.plan import Plan
    from scheduler.simulate import read_distributions, simulation_document
    from scheduler.simulate import simulate as lived

    speaker = speaker_of(ctx)
    if distributions is not None and not distributions.is_file():
        raise CliError(
            N_(
                "--distributions: there is no file {path}; copy fixtures/simulation/distributions.toml and change it"
            ),
            path=distributions,
        )
    check_json_file(json_file)
    if out is not None:
        check_out_file(out)
    spreads = read_distributions(distributions)
    problem = read_problem(pack, speaker)
    roster = read_own_roster(roster_file, problem)
    plan = Plan(problem, roster, travel_of_roster(problem, roster, travel, travel_url, speaker))
    result = lived(
        problem, roster, spreads, runs=runs, seed=seed, tolerance_min=tolerance, travel=plan.travel
    )
    _Shown(plan, result, speaker).everything(worst)
    if json_file is not None:
        write_json(simulation_document(problem, result), json_file)
        speaker.say(N_("The simulation is written to {path}"), path=json_file)
    if out is not None:
        from scheduler.pack import write_roster

        figures = replace(plan.roster.figures, punctuality=result.punctuality)
        write_roster(replace(plan.roster, figures=figures), out, problem)
        speaker.say(N_("The roster is written to {path}"), path=out)
    warn_of_broken_rules(plan, pack, roster_file, speaker)


class _Shown:
    """A simulation on the terminal, table by table."""

    def __init__(self, plan: Plan, result: Simulation, speaker: Speaker) -> None:
        self.plan, self.result, self.speaker = plan, result, speaker

    def everything(self, worst: int) -> None:
        """The figures, then the visits and the rounds that are likely to go worst."""
        self._figures()
        visits = sorted(self.result.visits, key=lambda row: (row.on_time_share, row.start_min, row.need_id))
        late = [row for row in visits if row.on_time_share < 1][:worst]
        if late:
            self._visits(late)
        rounds = sorted(
            self.result.rounds, key=lambda row: (-row.over_share, -row.over_mean_min, row.shift_id)
        )
        over = [row for row in rounds if row.over_share > 0][:worst]
        if over:
            self._rounds(over)

    def _figures(self) -> None:
        result, speaker, plan = self.result, self.speaker, self.plan
        speaker.heading(
            speaker._(N_("{team} · {week} · lived {runs} times")).format(
                team=plan.problem.name, week=plan.week_name(0), runs=number(result.runs, speaker.lang)
            )
        )
        over = sum(row.over_share for row in result.rounds)
        values = [
            (
                speaker._(N_("Home visits that start within {minutes} minutes of their time")).format(
                    minutes=result.tolerance_min
                ),
                "–" if result.punctuality is None else self._share(result.punctuality),
            ),
            (speaker._(N_("Calls that somebody comes later")), number(result.calls, speaker.lang, 1)),
            (
                speaker._(N_("Shifts that end late")),
                speaker._(N_("{count} of {total}")).format(
                    count=number(over, speaker.lang, 1), total=len(result.rounds)
                ),
            ),
            (
                speaker._(N_("Time past the end of shifts")),
                hours(sum(row.over_mean_min for row in result.rounds)),
            ),
        ]
        late_breaks = sum(row.break_late_share for row in result.rounds)
        ferries = sum(row.ferry_missed_share for row in result.rounds)
        values += [
            (speaker._(name), number(value, speaker.lang, 1))
            for name, value in ((N_("Breaks too late"), late_breaks), (N_("Last ferries missed"), ferries))
            if round(value, 1)
        ]
        table = speaker.table(speaker._(N_("Figure")), (speaker._(N_("Expected")), "right"))
        for row in values:
            table.add_row(*row)
        speaker.out.print(table)

    def _share(self, value: float) -> str:
        """A share as per cent with one decimal."""
        return f"{number(100 * value, self.speaker.lang, 1)}{' %' if self.speaker.lang == 'da' else '%'}"

    def _table(self, left: tuple[str, ...], right: tuple[str, ...]):  # type: ignore[no-untyped-def]
        words = [self.speaker._(one) for one in left]
        return self.speaker.table(*words, *((self.speaker._(one), "right") for one in right))

    def _visits(self, rows: list[VisitOutlook]) -> None:
        speaker, problem = self.speaker, self.plan.problem
        speaker.heading(speaker._(N_("Visits least likely to be on time")))
        table = self._table(
            (N_("When"), N_("Citizen"), N_("Visit"), N_("Carer")),
            (N_("On time"), N_("Called"), N_("Minutes late"), N_("1 in 10 later than")),
        )
        for row in rows:
            citizen = self.plan.citizen(row.citizen_id)
            service = say(SERVICES, problem.need_by_id[row.need_id].service, speaker._)
            table.add_row(
                f"{short_date(self.plan.date(row.day), speaker.lang)} {format_clock(row.start_min - row.day * DAY_MIN)}",
                f"{citizen.name} ({citizen.id})",
                f"{row.need_id}: {service}",
                ", ".join(self.plan.carer(carer_id).name or carer_id for carer_id in row.carers),
                self._share(row.on_time_share),
                self._share(row.call_share),
                number(row.delay_mean_min, speaker.lang),
                number(row.delay_late_min, speaker.lang),
            )
        speaker.out.print(table)

    def _rounds(self, rows: list[RoundOutlook]) -> None:
        speaker = self.speaker
        speaker.heading(speaker._(N_("Rounds most likely to end after the shift")))
        table = self._table(
            (N_("Date"), N_("Carer"), N_("Shift")),
            (
                N_("Shift ends"),
                N_("Done, planned"),
                N_("Done, expected"),
                N_("1 in 10 after"),
                N_("Ends late"),
                N_("Visits on time"),
            ),
        )
        for row in rows:
            shift, midnight = self.plan.problem.shift_by_id[row.shift_id], row.day * DAY_MIN
            carer = self.plan.carer(row.carer_id)
            table.add_row(
                short_date(self.plan.date(row.day), speaker.lang),
                f"{carer.name} ({carer.id})",
                row.shift_id,
                *(
                    format_clock(round(minute) - midnight)
                    for minute in (shift.end_min, row.end_planned_min, row.end_mean_min, row.end_late_min)
                ),
                self._share(row.over_share),
                "–" if row.on_time_share is None else self._share(row.on_time_share),
            )
        speaker.out.print(table)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("simulate", help=SIMULATE_HELP)(simulate)


SIMULATE_HELP = N_(
    "How punctual a roster is likely to be on the day.\n\n"
    "The weeks are lived many times: visits and journeys last as they do, not as planned, and carers act as "
    "people do. They go on when early, wait for each other, keep their breaks, and call when they are late. "
    "Told are the share of visits on time, the visits and the rounds that go worst, and what it all comes to. "
    "The same words give the same answer. Ends with 0, with 2 when something given is wrong."
)
