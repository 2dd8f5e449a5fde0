"""The judge: violations and figures of any roster, also one made by hand.

Written from the specification of the team pack and nothing else; every roster that is shown has passed here.

>>> result = evaluate(problem, roster)        # doctest: +SKIP
>>> [str(violation.message) for violation in result.hard]        # doctest: +SKIP
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from scheduler.objective import overtime_minutes, weighted_terms
from scheduler.problem import Problem
from scheduler.rejudge import again, visit_sums
from scheduler.roster import CitizenWeek, Figures, Roster
from scheduler.rules import RULES, RosterContext, Violation
from scheduler.rules.continuity import carers_by_week, carers_in_window
from scheduler.rules.package_hours import package_weeks
from scheduler.rules.working_days import pack_shift_warnings
from scheduler.travel import TravelTable


@dataclass(frozen=True)
class Evaluation:
    """What a roster breaks, what it costs, and what each citizen gets each week."""

    violations: tuple[Violation, ...]
    figures: Figures
    citizens: tuple[CitizenWeek, ...]
    #: What the judge worked out on its way, for whoever asks the same roster more.
    context: RosterContext = field(compare=False, repr=False)
    #: The same violations by rule, in the order of :data:`~scheduler.rules.RULES`.
    by_rule: tuple[tuple[Violation, ...], ...] = field(default=(), compare=False, repr=False)

    @property
    def hard(self) -> tuple[Violation, ...]:
        """The violations a roster may not have."""
        return tuple(violation for violation in self.violations if violation.hard)


def evaluate(
    problem: Problem, roster: Roster, travel: TravelTable | None = None, before: Evaluation | None = None
) -> Evaluation:
    """Judge a roster by every rule and every term of the objective.

    Never fails on a roster's contents: unknown ids, doubled visits and impossible times are violations.

    Parameters
    ----------
    problem
        The problem the roster answers to.
    roster
        Any roster; its own ``figures`` and ``citizens`` are not read, but for the bounds on carers.
    travel
        The travel times to judge by; the problem's own formula and matrix when None.
    before
        What was found of a roster that differs in little from this one: the answer is the same, and comes sooner
        (:mod:`scheduler.rejudge`).
    """
    context = RosterContext(problem, roster, TravelTable(problem) if travel is None else travel)
    anew = again(context, before.context, before.by_rule) if before is not None and before.by_rule else None
    by_rule = tuple(
        tuple(rule(problem, context)) if anew is None else anew.rule(at, rule, context)
        for at, rule in enumerate(RULES)
    )
    violations = tuple(violation for found in by_rule for violation in found)
    figures, citizens = _figures(problem, context), _citizen_weeks(problem, context)
    return Evaluation(violations, figures, citizens, context, by_rule)


def judged(problem: Problem, roster: Roster, travel: TravelTable | None = None) -> Roster:
    """The same roster with the judge's figures and citizens' weeks filled in; bounds stay as they are."""
    result = evaluate(problem, roster, travel)
    return replace(roster, figures=result.figures, citizens=result.citizens)


def pack_warnings(problem: Problem) -> list[Violation]:
    """What the pack's given shifts break of the working-time rules by themselves; none of it is hard."""
    return pack_shift_warnings(problem)


def _figures(problem: Problem, context: RosterContext) -> Figures:
    terms = weighted_terms(problem, context)
    days = context.shift_days.values()
    matching = context.matching
    by_week = [
        carers for (_, week), carers in carers_by_week(context).items() if 0 <= week < problem.calendar.weeks
    ]
    visited = {citizen_id for citizen_id, _ in carers_by_week(context)}
    minutes, by_contact, of_contact = context.once("visit_sums", lambda: visit_sums(problem, context))
    in_window = carers_in_window(problem, context)
    return Figures(
        objective=sum(terms.values()),
        placed=len(context.visits) + len({held.session.session_id for held in context.sessions}),
        unplaced=len(matching.unplaced) + len(matching.unplaced_sessions),
        travel_minutes=sum(day.travel_min for day in days),
        waiting_minutes=sum(day.waiting_min for day in days),
        visit_minutes=minutes,
        carers_per_citizen_mean=_mean([len(carers) for carers in by_week]),
        carers_per_citizen_14d_mean=_mean([len(in_window.get(one, ())) for one in sorted(visited)]),
        # Of the home visits of citizens with a contact carer, the share in which that carer is one needed.
        contact_carer_share=by_contact / of_contact if of_contact else 0.0,
        overtime_minutes=round(overtime_minutes(problem, context)),
        terms=terms,
    )


def _mean(values: list[int]) -> float:
    return sum(values) / len(values) if values else 0.0


def _citizen_weeks(problem: Problem, context: RosterContext) -> tuple[CitizenWeek, ...]:
    carers = carers_by_week(context)
    bounds = {(row.citizen_id, row.week): row.carers_bound for row in context.roster.citizens}
    return tuple(
        CitizenWeek(
            row.citizen_id,
            row.week,
            row.placed_min,
            row.status,
            len(carers.get((row.citizen_id, row.week), ())),
            bounds.get((row.citizen_id, row.week)),
        )
        for row in package_weeks(problem, context)
    )
