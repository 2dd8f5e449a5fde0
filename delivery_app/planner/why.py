"""Why a visit stands where it does, who else could come and what that costs, and what would give one a place (S11)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from delivery_app.i18n import N_, translator
from delivery_app.jobs.about_plans import explanation_at_hand
from delivery_app.planner.naming import in_words, relaxation_named, visit_name
from delivery_app.planner.roster_pages import RosterPage
from delivery_app.services.easing import may_be_granted
from delivery_app.views.plan import Plan, clock_of
from scheduler.clock import DAY_MIN, format_clock
from scheduler.explain import Alternative, Eased, Explanation, Moved, Offer, Standing
from scheduler.explain.granting import DECIDED_ELSEWHERE
from scheduler.explain.reasons import Stopped
from scheduler.roster import PlacedVisit

#: So many other visits that would move are named, and so many alternatives shown.
NAMED_MOST, SHOWN_MOST = 2, 8


@dataclass(frozen=True)
class Choice:
    """Somebody else who could come: what the form of the choice sends, and what is said of it."""

    who: str
    when: date
    start_min: int
    carers: tuple[str, ...]
    cost: float
    effects: tuple[str, ...]


@dataclass(frozen=True)
class Easing:
    """A change that would give the visit a place. ``way``: ``try``, or why not: ``authority`` or ``nobody``."""

    what: str
    by: str
    words: str
    then: str
    way: str


@dataclass(frozen=True)
class Nobody:
    """Carers and what stops them."""

    who: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Why:
    """Everything that is to be said of a visit."""

    is_placed: bool
    pinned: bool
    standing: tuple[str, ...]
    general: tuple[str, ...]
    choices: tuple[Choice, ...]
    easings: tuple[Easing, ...]
    stopped: tuple[Nobody, ...]


def why_of(page: RosterPage, need_code: str, day: int | None, lang: str) -> Why | None:
    """Explain a visit of the page's roster; None while it is worked out; raises ProblemError when there is none such."""
    plan = page.stored.plan
    found = explanation_at_hand(plan, need_code, day)
    if found is None:
        return None
    if found.placed is not None:
        choices = [_alternative(page, row, lang) for row in found.alternatives[:SHOWN_MOST]]
    else:
        choices = [
            _choice(page, offer, offer.cost, _effects(plan, offer, lang), lang)
            for offer in found.offers[:SHOWN_MOST]
        ]
    return Why(
        is_placed=found.placed is not None,
        pinned=found.placed is not None and found.placed.pinned,
        standing=tuple(_standing(plan, found, row, lang) for row in found.standing),
        general=tuple(in_words(plan, reason.message, lang) for reason in found.general),
        choices=tuple(choices),
        easings=tuple(_easing(plan, row, lang) for row in found.eased),
        stopped=tuple(_nobody(plan, row, lang) for row in found.stopped),
    )


def _names(plan: Plan, carers: Iterable[str]) -> str:
    return ", ".join(plan.carer(one).name for one in carers)


def _standing(plan: Plan, found: Explanation, row: Standing, lang: str) -> str:
    translate = translator(lang)
    facts = []
    if row.contact:
        facts.append(translate(N_("is the contact carer")))
    if row.week_visits:
        facts.append(
            translate(N_("makes {count} other home visits there in the week")).format(count=row.week_visits)
        )
    if row.window_visits:
        facts.append(translate(N_("made {count} in the 14 days")).format(count=row.window_visits))
    if not row.known:
        facts.append(translate(N_("is a new face there")))
    if len(found.may_come) == found.need.carers:
        facts.append(translate(N_("nobody else in the team may come, whatever the day")))
    return f"{plan.carer(row.carer_id).name}: {'; '.join(facts)}."


def _alternative(page: RosterPage, row: Alternative, lang: str) -> Choice:
    translate = translator(lang)
    facts = []
    for standing in row.standing:
        if standing.contact:
            facts.append(translate(N_("contact carer")))
        if not standing.known:
            facts.append(translate(N_("new face")))
        elif standing.week_visits:
            facts.append(
                translate(N_("comes {count} times that week anyway")).format(count=standing.week_visits)
            )
    if row.travel_min:
        facts.append(translate(N_("travel {minutes} min")).format(minutes=_signed(row.travel_min)))
    facts += _moved(page.stored.plan, row.offer.moved, lang)
    return _choice(page, row.offer, row.cost, tuple(facts), lang)


def _choice(page: RosterPage, offer: Offer, cost: float, effects: tuple[str, ...], lang: str) -> Choice:
    visit: PlacedVisit = offer.visit
    plan = page.stored.plan
    needed = plan.needed(visit.carers)
    return Choice(
        who=_names(plan, needed),
        when=plan.date(visit.day),
        start_min=clock_of(visit.start_min, visit.day),
        carers=tuple(page.carer_id(one) for one in needed),
        cost=cost,
        effects=effects,
    )


def _effects(plan: Plan, offer: Offer, lang: str) -> tuple[str, ...]:
    translate = translator(lang)
    facts = [translate(N_("new face")) for one in offer.new_faces if one in plan.problem.carer_by_id]
    if offer.travel_min:
        facts.append(translate(N_("travel {minutes} min")).format(minutes=_signed(offer.travel_min)))
    return (*facts, *_moved(plan, offer.moved, lang))


def _moved(plan: Plan, rows: Iterable[Moved], lang: str) -> list[str]:
    translate = translator(lang)
    ordered = sorted(rows, key=lambda row: -abs(row.to_min - row.from_min))
    facts = []
    for row in ordered[:NAMED_MOST]:
        name = visit_name(plan, row.need_id).render(translate)
        was, now = format_clock(row.from_min % DAY_MIN), format_clock(row.to_min % DAY_MIN)
        facts.append(f"{name} {was} → {now}")
    if len(ordered) > NAMED_MOST:
        facts.append(
            translate(N_("further visits with a new time: {count}")).format(count=len(ordered) - NAMED_MOST)
        )
    return facts


def _easing(plan: Plan, row: Eased, lang: str) -> Easing:
    visit = row.offer.visit
    known = [one for one in visit.carers if one in plan.problem.carer_by_id]
    midnight = visit.day * DAY_MIN
    then = f"{format_clock((visit.start_min - midnight) % DAY_MIN)} {_names(plan, known)}".strip()
    effects = "; ".join(_effects(plan, row.offer, lang))
    return Easing(
        row.what,
        row.by,
        relaxation_named(plan, row.what, row.by, lang),
        f"{then} – {effects}" if effects else then,
        _way(row),
    )


def _way(row: Eased) -> str:
    if row.what in DECIDED_ELSEWHERE:
        return "authority"
    return "try" if may_be_granted(row) else "nobody"


def _nobody(plan: Plan, row: Stopped, lang: str) -> Nobody:
    return Nobody(
        _names(plan, row.carers), tuple(in_words(plan, reason.message, lang) for reason in row.reasons)
    )


def _signed(value: int) -> str:
    return f"+{value}" if value > 0 else f"−{-value}"
