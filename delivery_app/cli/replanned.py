"""A re-planned roster on the terminal: what happened, how it compares, whom to tell what, and the new rounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delivery_app.cli.figures import show_violations
from delivery_app.cli.notices import Notices
from delivery_app.cli.output import Speaker
from delivery_app.cli.people import show_carer
from delivery_app.i18n import N_, number, short_date
from delivery_app.texts import CHANGES, SERVICES, STOPS, UNPLACED, say
from scheduler.clock import DAY_MIN, format_clock

if TYPE_CHECKING:
    from delivery_app.views.plan import Plan
    from scheduler.replan import CitizenChanges, Event, Replanned, VisitChange
    from scheduler.replan.why_new import Names
    from scheduler.roster import PlacedVisit
    from scheduler.travel import TravelTable


def show_replanned(answer: Replanned, table: TravelTable, speaker: Speaker) -> bool:
    """Print a re-planned roster; whether a hard rule is broken."""
    from delivery_app.views.plan import Plan

    plan = Plan(answer.problem, answer.roster, table)
    shown = _Shown(answer, plan, speaker)
    shown.happened()
    shown.compared()
    shown.citizens()
    shown.sessions()
    shown.rounds()
    hard = bool(plan.evaluation.hard)
    if hard:
        speaker.out.print()
        show_violations(plan.evaluation, speaker)
    return hard


class _Shown:
    def __init__(self, answer: Replanned, plan: Plan, speaker: Speaker) -> None:
        self.answer, self.plan, self.speaker = answer, plan, speaker
        self.problem = answer.problem
        self.today = answer.situation.now_min // DAY_MIN
        self.notices = Notices(self.problem, self.today, speaker)

    def happened(self) -> None:
        """The moment and the events, with what was taken for granted."""
        self.speaker.heading(f"{self.problem.name} · {self._moment(self.answer.situation.now_min)}")
        for event in self.answer.situation.events:
            self.speaker.out.print(self._event(event), soft_wrap=True)

    def _event(self, event: Event) -> str:
        from scheduler.replan import Admitted, Discharged, Late, Sick

        absences = self.problem.absences
        if isinstance(event, Sick):
            row = [one for one in absences if one.carer_id == event.carer_id][-1]
            template = N_("{name} ({id}) is away from {start} to {end}.")
            if event.until_min is None and event.until_day is None:
                template = N_(
                    "{name} ({id}) is away from {start} to {end}, the end of the date (nothing else was said)."
                )
            name = self.problem.carer_by_id[event.carer_id].name
            return self._say(
                template,
                name=name,
                id=event.carer_id,
                start=self._moment(row.start_min),
                end=self._moment(row.end_min),
            )
        if isinstance(event, Late):
            name = self.problem.carer_by_id[event.carer_id].name
            return self._say(
                N_("{name} ({id}) is {minutes} minutes late."),
                name=name,
                id=event.carer_id,
                minutes=event.minutes,
            )
        if isinstance(event, Admitted):
            name = self.problem.citizen_by_id[event.citizen_id].name
            rows = [one for one in absences if one.citizen_id == event.citizen_id]
            if event.until_min is None and event.until_day is None:
                return self._say(
                    N_("{name} ({id}) is in hospital to the end of the pack (nothing else was said)."),
                    name=name,
                    id=event.citizen_id,
                )
            return self._say(
                N_("{name} ({id}) is in hospital to {end}."),
                name=name,
                id=event.citizen_id,
                end=self._moment(rows[-1].end_min),
            )
        if isinstance(event, Discharged):
            name = self.problem.citizen_by_id[event.citizen_id].name
            return self._say(N_("{name} ({id}) comes home."), name=name, id=event.citizen_id)
        words = ", ".join(
            f"{need.need_id} ({self.problem.citizen_by_id[need.citizen_id].name})" for need in event.needs
        )
        return self._say(N_("Urgent: {needs}."), needs=words)

    def compared(self) -> None:
        """The figures in the order in which rosters are compared, with the proven least."""
        cost, bounds, speaker = self.answer.cost, self.answer.bounds, self.speaker
        table = speaker.table(speaker._(N_("Figure")), (speaker._(N_("Value")), "right"), "")
        titles = (
            N_("Without a place, must"),
            N_("Without a place, should"),
            N_("Without a place, can wait"),
        )
        for title, count in zip(titles, cost.unplaced, strict=True):
            if count:
                table.add_row(speaker._(title), str(count), "")
        if not any(cost.unplaced):
            table.add_row(speaker._(N_("Visits without a place")), "0", "")
        for title, reached, least in (
            (N_("Citizens given a carer they have not seen in 14 days"), cost.new_carers, bounds.new_carers),
            (N_("Citizens with any change of carer"), cost.changed, bounds.changed),
        ):
            table.add_row(speaker._(title), str(reached), self._proof(reached, least))
        table.add_row(speaker._(N_("Visits moved by more than 15 minutes")), str(cost.moved), "")
        table.add_row(
            speaker._(N_("Objective (smaller is better)")), number(cost.objective, speaker.lang), ""
        )
        speaker.out.print()
        speaker.out.print(table)
        self._why_not_fewer()

    def _why_not_fewer(self) -> None:
        """What the proven least of new carers rests on."""
        from delivery_app.cli.explained import sentence
        from scheduler.replan.why_new import sentence_of

        bounds = self.answer.bounds
        if not bounds.why_new:
            return
        template = N_("Why no roster gives fewer than {least} citizens a new carer:")
        if any(self.answer.cost.unplaced):
            template = N_(
                "Why no roster that makes the same visits gives fewer than {least} citizens a new carer:"
            )
        self.speaker.out.print(self._say(template, least=bounds.new_carers), soft_wrap=True)
        for why in bounds.why_new:
            message = sentence_of(self.answer.situation, why, self._names())
            self.speaker.out.print("  " + sentence(message, self.speaker), soft_wrap=True)

    def _names(self) -> Names:
        from scheduler.replan.why_new import Names

        citizens, needs = self.problem.citizen_by_id, self.problem.need_by_id
        return Names(
            lambda one: f"{citizens[one].name} ({one})",
            lambda one: f"{self.notices.names([one])} ({one})",
            lambda one: f"{one}, {say(SERVICES, needs[one].service, self.speaker._)},",
        )

    def _proof(self, reached: int, least: int) -> str:
        if reached <= least:
            if any(self.answer.cost.unplaced):
                return self.speaker._(N_("proven fewest when the same visits are made"))
            return self.speaker._(N_("proven fewest"))
        if not least:
            return self.speaker._(N_("it is not proven that any is needed"))
        return self._say(
            N_("at least {least} proven; up to {gap} fewer cannot be ruled out"),
            least=least,
            gap=reached - least,
        )

    def citizens(self) -> None:
        """Each citizen whose visits change: before, after, and what to say."""
        changed = self.answer.changes.citizens
        if not changed:
            self.speaker.say(N_("No visit changes."))
            return
        self.speaker.heading(self.speaker._(N_("Citizens")) + f" ({len(changed)})")
        for row in changed:
            self._citizen(row)

    def _citizen(self, row: CitizenChanges) -> None:
        citizen = self.problem.citizen_by_id[row.citizen_id]
        self.speaker.out.print(f"{citizen.name} ({row.citizen_id})", style="bold", soft_wrap=True)
        for change in row.visits:
            self.speaker.out.print("  " + self._line(change), soft_wrap=True)
            words = self.notices.sentence(change)
            if words is not None:
                self.speaker.out.print(self._say(N_("  Say: “{words}”"), words=words), soft_wrap=True)

    def _line(self, change: VisitChange) -> str:
        """``Tue 1 Dec 08:10–08:40 personal care: Karen Vagt (k1) → 08:20–08:50 Lars Tur (k2) · other carer``."""
        service = say(SERVICES, self.problem.need_by_id[change.need_id].service, self.speaker._)
        what = f"{change.need_id}, {service}"
        kind = say(CHANGES, change.kind, self.speaker._)
        if change.rule is not None:
            kind += f": {say(UNPLACED, change.rule, self.speaker._)}"
        before = "–" if change.before is None else self._visit(change.before)
        if change.kind == "delayed":
            return f"{what}: {before} · {kind}, {change.delay_min} min"
        after = "–" if change.after is None else self._visit(change.after)
        if change.new_carers:
            kind += f", {self.speaker._(N_('new to the citizen'))}"
        return f"{what}: {before} → {after} · {kind}"

    def _visit(self, visit: PlacedVisit) -> str:
        day = short_date(self.problem.calendar.date(visit.day), self.speaker.lang)
        midnight = visit.day * DAY_MIN
        times = f"{format_clock(visit.start_min - midnight)}–{format_clock(visit.end_min - midnight)}"
        people = ", ".join(f"{self.notices.names([one])} ({one})" for one in self.notices.people(visit))
        return f"{day} {times} {people}"

    def sessions(self) -> None:
        """Group sessions held by other people, or by nobody."""
        for row in self.answer.changes.sessions:
            before = self.notices.names(row.before) or "–"
            after = self.notices.names(row.after) or "–"
            self.speaker.out.print(
                f"{row.session_id}, {say(STOPS, 'session', self.speaker._)}: {before} → {after}",
                soft_wrap=True,
            )

    def rounds(self) -> None:
        """The new round of each carer whose day is another than it was."""
        for carer_id, day in dict.fromkeys((row.carer_id, row.day) for row in self.answer.changes.carers):
            show_carer(self.plan, carer_id, self.speaker, only_day=day)

    def _moment(self, minute: int) -> str:
        day, clock = divmod(minute, DAY_MIN)
        return f"{short_date(self.problem.calendar.date(day), self.speaker.lang)} {format_clock(clock)}"

    def _say(self, msgid: str, **values: object) -> str:
        return self.speaker._(msgid).format(**values)
