"""``naerplan whatif``: what one more shift, a wider window or a contact carer would be worth."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from delivery_app.cli.inputs import (
    PackArgument,
    RosterArgument,
    TravelOption,
    TravelUrlOption,
    read_own_roster,
    read_problem,
    travel_of_roster,
)
from delivery_app.cli.json_files import JsonOption, check_json_file, write_json
from delivery_app.cli.output import Speaker, speaker_of
from delivery_app.i18n import N_, hours, number, short_date
from delivery_app.texts import QUALIFICATIONS, SERVICES, say
from scheduler.clock import format_clock

if TYPE_CHECKING:
    from scheduler.problem import Problem
    from scheduler.whatif import Change, Effect, MoreShift, WhatIf, Worth


def whatif(
    ctx: typer.Context,
    pack: PackArgument,
    roster_file: RosterArgument,
    iterations: Annotated[
        int,
        typer.Option(
            "--iterations",
            min=1,
            metavar=N_("N"),
            help=N_("Steps of the search in each trial, with the change and without it."),
        ),
    ] = 100_000,
    top: Annotated[
        int,
        typer.Option(
            "--top", min=1, max=100, metavar=N_("N"), help=N_("How many are tried thoroughly and shown.")
        ),
    ] = 10,
    seed: Annotated[
        int, typer.Option("--seed", min=0, metavar=N_("N"), help=N_("Another number, another search."))
    ] = 1,
    json_file: JsonOption = None,
    travel: TravelOption = "crow_flies",
    travel_url: TravelUrlOption = None,
) -> None:
    from delivery_app.cli.progress import cancel_on_interrupt
    from scheduler.whatif import whatif as tried_out
    from scheduler.whatif.document import whatif_document

    speaker = speaker_of(ctx)
    check_json_file(json_file)
    problem = read_problem(pack, speaker)
    roster = read_own_roster(roster_file, problem)
    table = travel_of_roster(problem, roster, travel, travel_url, speaker)
    with cancel_on_interrupt(speaker) as cancel:
        found = tried_out(
            problem,
            roster,
            iterations=iterations,
            top=top,
            seed=seed,
            travel=table,
            progress=_told_in_tenths(speaker),
            cancel=cancel,
        )
    if json_file is not None:
        write_json(whatif_document(found, problem.calendar), json_file)
    _Shown(problem, found, speaker).everything(stopped=cancel.is_set())


def _told_in_tenths(speaker: Speaker) -> Callable[[int, int], None]:
    """A callback that says now and then how many of the trials are made."""
    told = 0

    def callback(made: int, planned: int) -> None:
        nonlocal told
        if 10 * made // planned > told:
            told = 10 * made // planned
            speaker.note(N_("{made} of {planned} trials"), made=made, planned=planned)

    return callback


class _Shown:
    """What would help, on the terminal."""

    def __init__(self, problem: Problem, found: WhatIf, speaker: Speaker) -> None:
        self.problem, self.found, self.speaker = problem, found, speaker

    def everything(self, *, stopped: bool) -> None:
        """The baseline, then what can be told from noise, then what cannot."""
        speaker, base = self.speaker, self.found.baseline
        speaker.say(
            N_(
                "As it is: without a place {unplaced}, different carers per citizen {carers}, travel {travel} hours"
            ),
            unplaced=number(base.unplaced, speaker.lang, int(base.unplaced % 1 > 0)),
            carers=number(base.carers, speaker.lang, 2),
            travel=hours(base.travel),
        )
        told = [row for row in self.found.worths if row.told and not row.broken]
        rest = [row for row in self.found.worths if not row.told and not row.broken]
        self._table(speaker._(N_("What would help, best first")), told)
        if not told:
            speaker.say(N_("Nothing that was tried has an effect that can be told from noise."))
        if rest:
            speaker.heading(speaker._(N_("Not to be told from noise")))
            for row in rest:
                speaker.out.print(f"• {self.change_words(row.change)}", soft_wrap=True)
        for row in self.found.worths:
            if row.broken:
                speaker.warn(
                    [
                        speaker._(N_("{change}: the trial broke hard rules and is left out")).format(
                            change=self.change_words(row.change)
                        )
                    ]
                )
        if stopped:
            speaker.say(
                N_("Stopped by Ctrl-C after {made} of {planned} trials."),
                made=self.found.tried,
                planned=self.found.planned,
            )

    def _table(self, title: str, rows: list[Worth]) -> None:
        if not rows:
            return
        speaker = self.speaker
        speaker.heading(title)
        headings = (
            N_("What"),
            N_("Without a place"),
            N_("Carers per citizen"),
            N_("Travel"),
            N_("Paid time"),
        )
        words = [speaker._(one) for one in headings]
        table = speaker.table(words[0], *((word, "right") for word in words[1:]))
        for row in rows:
            paid = row.change.paid_min
            table.add_row(
                self.change_words(row.change),
                self._effect(row.unplaced, lambda value: number(value, speaker.lang, 1)),
                self._effect(row.carers, lambda value: number(value, speaker.lang, 2)),
                self._effect(row.travel, hours),
                f"+{hours(paid)}" if paid else "–",
            )
        speaker.out.print(table)
        speaker.say(
            N_("Means over runs with other random numbers each ({count}); (noise): not to be told from it."),
            count=max(row.seeds for row in rows),
        )

    def _effect(self, effect: Effect, form: Callable[[float], str]) -> str:
        if not effect.told:
            return self.speaker._(N_("(noise)"))
        return ("+" if effect.mean > 0 else "−") + form(abs(effect.mean))

    def change_words(self, change: Change) -> str:
        """A change in a sentence a planner can act on."""
        from scheduler.whatif import AgreedGivenUp, ContactCarer, Introduced, MoreShift, WindowWider

        speaker, problem = self.speaker, self.problem
        if isinstance(change, MoreShift):
            return self._shift_words(change)
        if isinstance(change, WindowWider | AgreedGivenUp):
            need = problem.need_by_id[change.need_id]
            values = {
                "need": need.need_id,
                "service": say(SERVICES, need.service, speaker._),
                "citizen": problem.citizen_by_id[need.citizen_id].name,
            }
            if isinstance(change, AgreedGivenUp):
                template = N_("{need} ({service}, {citizen}): the agreed time given up")
                return speaker._(template).format(**values)
            template = N_("{need} ({service}, {citizen}): window {by} min. wider at either end")
            return speaker._(template).format(**values, by=change.by_min)
        if isinstance(change, ContactCarer):
            return speaker._(N_("{carer} becomes contact carer of {citizen}")).format(
                carer=problem.carer_by_id[change.carer_id].name,
                citizen=problem.citizen_by_id[change.citizen_id].name,
            )
        if isinstance(change, Introduced):
            carer = problem.carer_by_id[change.carer_id].name
            return speaker._(N_("{carer} is introduced")).format(carer=carer)
        citizen = problem.citizen_by_id[change.citizen_id]
        return speaker._(N_("{citizen}: {count} different carers allowed instead of {cap}")).format(
            citizen=citizen.name, count=(citizen.carers_max or 0) + 1, cap=citizen.carers_max
        )

    def _shift_words(self, change: MoreShift) -> str:
        shift, speaker = change.shift, self.speaker
        midnight = shift.day * 1440
        values = {
            "date": short_date(self.problem.calendar.date(shift.day), speaker.lang),
            "start": format_clock(shift.start_min - midnight),
            "end": format_clock(shift.end_min - midnight),
            "qualification": say(QUALIFICATIONS, change.qualification, speaker._),
        }
        if change.newcomer is not None:
            template = N_("one more shift {date} {start}–{end}, {qualification} from outside")
            return speaker._(template).format(**values)
        carer = self.problem.carer_by_id[shift.carer_id or ""].name
        template = N_("one more shift {date} {start}–{end}, {qualification}: {carer} could take it")
        return speaker._(template).format(**values, carer=carer)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("whatif", help=WHATIF_HELP)(whatif)


WHATIF_HELP = N_(
    "Try what would help a roster, and say what each is worth.\n\n"
    "One more shift (when, which qualification, who could take it), a wider window, an agreed time given up, a "
    "contact carer, a carer introduced, a higher cap: where the roster is tight, each tried by a short run against "
    "the same run without it, the best with several random numbers. What cannot be told from noise is said to be so. "
    "Ends with 0, with 2 when something given is wrong."
)
