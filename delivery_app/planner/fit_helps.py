"""What would give a new visit a place, in words, with what the form would say to try it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from delivery_app.bridge.fitting_on import OTHER_DAY, Help
from delivery_app.i18n import N_, short_date, translator
from delivery_app.planner.forms_fit import FitForm
from delivery_app.planner.naming import relaxation_named
from delivery_app.views.plan import Plan
from scheduler.clock import DAY_MIN, format_clock
from scheduler.explain.granting import DECIDED_ELSEWHERE


@dataclass(frozen=True)
class Helped:
    """One thing that would help the visit of a date (``when``; None: of any day).

    ``then``: the place it would get. ``fields``: the form to try it, empty where it is not the form's to change;
    ``way`` says why not: ``authority``, ``nobody`` (of the team takes one more shift), or nothing.
    """

    when: date | None
    words: str
    then: str
    fields: list[tuple[str, str]]
    way: str


def helped_by(plan: Plan, rows: Iterable[Help], form: FitForm, lang: str) -> list[Helped]:
    """The helps as the page tells them."""
    return [
        Helped(row.when, _words(plan, row, lang), _then(plan, row), form.changed(row.cells), _way(row))
        for row in rows
    ]


def _words(plan: Plan, row: Help, lang: str) -> str:
    if row.what == OTHER_DAY:
        return translator(lang)(N_("on another day: {date}")).format(date=short_date(row.day, lang))
    return relaxation_named(plan, row.what, row.by, lang)


def _then(plan: Plan, row: Help) -> str:
    names = ", ".join(plan.carer(one).name for one in row.carers)
    return f"{format_clock(row.start_min % DAY_MIN)} {names}".strip()


def _way(row: Help) -> str:
    if row.what in DECIDED_ELSEWHERE:
        return "authority"
    return "nobody" if row.what == "extra_shift" and not row.carers else ""
