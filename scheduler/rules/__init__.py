"""The hard rules of a team pack, one module a family, each rule a pure function of problem and roster.

:data:`RULES` is every one of them in the order in which a planner reads them.
"""

from __future__ import annotations

from collections.abc import Callable

from scheduler.problem import Problem
from scheduler.rules.completeness import date_rule, not_due, roster_weeks, unknown_ids, unlisted
from scheduler.rules.context import RosterContext
from scheduler.rules.continuity import carers_max
from scheduler.rules.islands import ferry
from scheduler.rules.links import link_gap, same_carer
from scheduler.rules.package_hours import package_rule
from scheduler.rules.people import barred, carer_absent, carers_count, introduced, qualification, trainee
from scheduler.rules.pinned import pinned
from scheduler.rules.screen import modality, screen
from scheduler.rules.shifts import break_rule, overlap, reserve, shift, travel
from scheduler.rules.untrained import untrained_share
from scheduler.rules.violation import RULE_NUMBERS, Violation
from scheduler.rules.windows import agreed, citizen_absent, citizen_overlap, duration, window
from scheduler.rules.working_days import days_in_row, weekends
from scheduler.rules.working_time import open_shift, rest, shift_break, week_hours, weekly_rest

Rule = Callable[[Problem, RosterContext], list[Violation]]

RULES: tuple[Rule, ...] = (
    roster_weeks,
    unknown_ids,
    not_due,
    unlisted,
    date_rule,
    window,
    agreed,
    duration,
    carers_count,
    citizen_overlap,
    citizen_absent,
    qualification,
    introduced,
    barred,
    carer_absent,
    trainee,
    shift,
    overlap,
    travel,
    break_rule,
    reserve,
    link_gap,
    same_carer,
    ferry,
    rest,
    weekly_rest,
    week_hours,
    shift_break,
    weekends,
    days_in_row,
    open_shift,
    screen,
    modality,
    package_rule,
    untrained_share,
    carers_max,
    pinned,
)

__all__ = ["RULES", "RULE_NUMBERS", "RosterContext", "Rule", "Violation"]
