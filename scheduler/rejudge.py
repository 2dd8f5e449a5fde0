"""Judged again after a small change: only what the change touches is looked at anew, everything else is as it was.

A visit that comes, goes or changes touches its citizen (and those whose needs are linked to it), and its shifts and all
others of their carers. What is a sum over citizens or shifts is the sum as it was, less the touched part as it was, plus
the touched part as it is. A rule that looks at each visit, citizen or shift by itself, and found nothing before, is
asked of the touched part alone; where it finds something there, or did before, it is asked of the whole roster, so that
its words and their order are always those of :func:`scheduler.evaluate.evaluate`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from scheduler.objective import citizen_sums, day_sums
from scheduler.problem import Problem
from scheduler.roster import PlacedBreak, PlacedVisit, Unplaced
from scheduler.rules import RosterContext, Rule, Violation
from scheduler.rules.completeness import roster_weeks, unknown_ids
from scheduler.rules.context import KnownVisit
from scheduler.rules.continuity import carers_by_week, carers_in_window
from scheduler.rules.islands import ferry
from scheduler.rules.links import link_gap, same_carer
from scheduler.rules.package_hours import PackageWeek, package_weeks, package_weeks_of
from scheduler.rules.people import barred, carer_absent, carers_count, introduced, qualification, trainee
from scheduler.rules.screen import modality, screen
from scheduler.rules.shifts import break_rule, overlap, reserve, shift, travel
from scheduler.rules.timeline import shift_days
from scheduler.rules.untrained import trained_minutes
from scheduler.rules.windows import agreed, citizen_absent, citizen_overlap, duration, window
from scheduler.rules.working_days import days_in_row, weekends
from scheduler.rules.working_time import open_shift, rest, shift_break, week_hours, weekly_rest

#: Rules that look at each visit, citizen or shift by itself.
BY_PART: frozenset[Rule] = frozenset(
    (
        *(unknown_ids, window, agreed, duration, citizen_overlap, citizen_absent),
        *(carers_count, qualification, introduced, barred, carer_absent, trainee),
        *(shift, overlap, travel, break_rule, reserve, link_gap, same_carer, ferry, screen, modality),
    )
)
#: Rules that look at whose the shifts are, and at no visit.
BY_SHIFTS: frozenset[Rule] = frozenset(
    (roster_weeks, rest, weekly_rest, week_hours, shift_break, weekends, days_in_row, open_shift)
)
#: Above this share of the visits the whole roster is judged: that is as quick.
MOST = 0.4

Row = TypeVar("Row", PlacedVisit, PlacedBreak, Unplaced)
Sums = tuple[float, ...]


def visit_sums(problem: Problem, context: RosterContext) -> tuple[int, int, int]:
    """Minutes of all needed people in visits; home visits by the contact carer, and of citizens who have one."""
    minutes = by_contact = of_contact = 0
    for visit in context.visits:
        minutes += visit.placed.minutes * len(visit.needed)
        contact = problem.citizen_by_id[visit.citizen_id].contact_carer
        if visit.at_home and contact is not None:
            of_contact += 1
            by_contact += contact in visit.needed
    return minutes, by_contact, of_contact


#: What is kept of a context that is such a sum, by its name there.
_SUMS: dict[str, Callable[[Problem, RosterContext], Sums]] = {
    "citizen_sums": citizen_sums,
    "day_sums": day_sums,
    "trained_minutes": trained_minutes,
    "visit_sums": visit_sums,
}


@dataclass(frozen=True)
class Again:
    """What has been judged before, and the part of the roster that is to be judged anew."""

    found: Sequence[tuple[Violation, ...]]
    part: RosterContext

    def rule(self, at: int, rule: Rule, context: RosterContext) -> tuple[Violation, ...]:
        """What a rule (the one at this place) finds in the whole roster."""
        if rule in BY_SHIFTS:
            return self.found[at]
        if rule in BY_PART and not self.found[at] and not rule(context.problem, self.part):
            return ()
        return tuple(rule(context.problem, context))


def again(
    context: RosterContext, before: RosterContext, found: Sequence[tuple[Violation, ...]]
) -> Again | None:
    """Fill a context that has just been made with what holds of it as of the one before.

    Parameters
    ----------
    before
        The context of a roster judged before, by the same problem and travel times.
    found
        What each rule found in that.

    Returns
    -------
    Again or None
        None when too much has changed: another problem, other shifts or sessions, the order of the rows, or most of the
        visits.
    """
    if not _comparable(context, before):
        return None
    change = _Change(context, before)
    return Again(found, change.carried_over()) if len(change.now) <= MOST * len(context.visits) else None


def _comparable(context: RosterContext, before: RosterContext) -> bool:
    one, other = context.roster, before.roster
    return (
        context.problem is before.problem
        and context.travel is before.travel
        and (one.first_monday, one.weeks) == (other.first_monday, other.weeks)
        and one.open_shifts == other.open_shifts
        and one.sessions == other.sessions
        and _in_order(one.visits, other.visits)
        and _in_order(one.breaks, other.breaks)
    )


def _in_order(rows: Sequence[object], others: Sequence[object]) -> bool:
    """Whether no object stands twice, and those in both stand in the same order: it decides between equal times."""
    one, other = [id(row) for row in rows], [id(row) for row in others]
    here, there = set(one), set(other)
    if len(here) < len(one) or len(there) < len(other):
        return False
    return [row for row in one if row in there] == [row for row in other if row in here]


class _Change:
    """From one context to the next."""

    def __init__(self, context: RosterContext, before: RosterContext) -> None:
        self.problem, self.context, self.before = context.problem, context, before
        known = {id(visit.placed): visit for visit in before.visits}
        made = (known.get(id(row)) or context.known(row) for row in context.roster.visits)
        context.__dict__["visits"] = tuple(visit for visit in made if visit is not None)
        self.visits = _gone_and_come(before.roster.visits, context.roster.visits)
        self.breaks = _gone_and_come(before.roster.breaks, context.roster.breaks)
        self.unplaced = _gone_and_come(before.roster.unplaced, context.roster.unplaced)
        self.citizens = self._citizens()
        self.was = tuple(visit for visit in before.visits if visit.citizen_id in self.citizens)
        self.now = tuple(visit for visit in context.visits if visit.citizen_id in self.citizens)

    def _citizens(self) -> set[str]:
        """Those with a changed visit, and those whose needs are linked to theirs."""
        needs = self.problem.need_by_id
        rows = [row.need_id for part in self.visits for row in part]
        rows += [row.need_id for part in self.unplaced for row in part]
        found = {needs[need_id].citizen_id for need_id in rows if need_id in needs}
        joined = {
            needs[need_id].citizen_id
            for link in self.problem.links
            for need_id in (link.first_need, link.second_need)
            if {needs[link.first_need].citizen_id, needs[link.second_need].citizen_id} & found
        }
        return found | joined

    def carried_over(self) -> RosterContext:
        """Fill the context; returns the touched part of it, for the rules to look at."""
        problem, context, before = self.problem, self.context, self.before
        same = {name: getattr(before, name) for name in ("due", "owners", "shifts_of", "shift_minutes_of")}
        context.__dict__.update(same)
        if self._matches_as_before():
            context.__dict__["matching"] = before.matching
        context.kept |= {
            key: before.kept[key] for key in ("carers_before", "counterparts") if key in before.kept
        }
        changed = {shift_id for part in self.visits for row in part for shift_id in row.shifts}
        changed |= {row.shift_id for part in self.breaks for row in part}
        changed &= problem.shift_by_id.keys()
        anew = shift_days(problem, context.roster, context.travel, changed)
        context.__dict__["shift_days"] = before.shift_days | anew
        carers = {before.owners[shift_id] for shift_id in changed if shift_id in before.owners}
        shifts = changed | {row.shift_id for carer_id in carers for row in before.shifts_of[carer_id]}
        was, now = self._part(before, self.was, shifts), self._part(context, self.now, shifts)
        for key, total in _SUMS.items():
            all_before = before.once(key, lambda total=total: total(problem, before))  # type: ignore[misc]
            parts = zip(all_before, total(problem, was), total(problem, now), strict=True)
            context.kept[key] = tuple(whole - old + new for whole, old, new in parts)
        self._carers(now)
        context.kept["package_weeks"] = self._package_weeks(now)
        for key in ("carers_by_week", "carers_in_window", "package_weeks"):
            now.kept[key] = context.kept[key]
        # Whose shifts lie at the same time is asked of those who have all of them here.
        now.__dict__["shifts_of"] = {one: before.shifts_of[one] for one in carers}
        return now

    def _part(
        self, context: RosterContext, visits: tuple[KnownVisit, ...], shifts: Iterable[str]
    ) -> RosterContext:
        placed = tuple(visit.placed for visit in visits)
        strange = () if context is self.before else self.visits[1]
        rows = {id(row): row for row in (*placed, *strange)}
        roster = replace(context.roster, visits=tuple(rows.values()))
        part = RosterContext(self.problem, roster, context.travel)
        names = ("due", "owners", "shifts_of", "shift_minutes_of", "matching")
        part.__dict__.update({name: getattr(context, name) for name in names})
        part.__dict__["visits"] = visits
        part.__dict__["shift_days"] = {one: context.shift_days[one] for one in shifts}
        part.kept |= {
            key: context.kept[key] for key in ("carers_before", "counterparts") if key in context.kept
        }
        return part

    def _matches_as_before(self) -> bool:
        """Whether what is due is placed on just the dates on which it was."""
        gone, come = (Counter((row.need_id, row.day) for row in part) for part in self.visits)
        matching = self.before.matching
        return (
            gone == come
            and not (matching.off_date or matching.surplus)
            and self.context.roster.unplaced == self.before.roster.unplaced
        )

    def _carers(self, now: RosterContext) -> None:
        weeks = {
            key: carers for key, carers in carers_by_week(self.before).items() if key[0] not in self.citizens
        }
        self.context.kept["carers_by_week"] = dict(sorted((weeks | carers_by_week(now)).items()))
        window: dict[str, Any] = carers_in_window(self.problem, now)
        old = carers_in_window(self.problem, self.before)
        window = {one: window[one] for one in self.citizens if one in window}
        window |= {one: carers for one, carers in old.items() if one not in self.citizens}
        self.context.kept["carers_in_window"] = dict(sorted(window.items()))

    def _package_weeks(self, now: RosterContext) -> list[PackageWeek]:
        citizens = [one.citizen_id for one in self.problem.citizens if one.citizen_id in self.citizens]
        anew = {(row.citizen_id, row.week): row for row in package_weeks_of(self.problem, now, citizens)}
        return [anew.get((row.citizen_id, row.week), row) for row in package_weeks(self.problem, self.before)]


def _gone_and_come(before: Sequence[Row], after: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """The rows of one that are not the very same in the other, and the other way round."""
    was, now = {id(row) for row in before}, {id(row) for row in after}
    gone = [row for row in before if id(row) not in now]
    return gone, [row for row in after if id(row) not in was]
