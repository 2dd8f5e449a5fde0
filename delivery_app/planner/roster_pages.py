"""What a roster's pages share: its plan, its tabs, and addresses that hold no pack's ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import Request
from sqlalchemy.orm import Session

from delivery_app.i18n import N_
from delivery_app.jobs.questions import QUESTIONS
from delivery_app.security.access_log import note_codes_read
from delivery_app.security.permissions import Permission
from delivery_app.security.person import Person
from delivery_app.services.plans import StoredPlan, plan_of
from delivery_app.views.plan import UnknownPageError
from delivery_app.web.navigation import pages
from models.errors import MissingRowError
from models.roster import DRAFT, PUBLISHED

ROSTER = "/planner/{team_id}/rosters/{roster_id}"
#: The pages of a roster, in order; shown are those the app has, the person may open and its status asks for.
TABS: Mapping[str, str] = {
    "week": N_("Week"),
    "day": N_("Day"),
    "understand": N_("Understand"),
    "history": N_("History"),
    "compare": N_("Compare"),
    "fit": N_("New visit"),
    "replan": N_("Change after publishing"),
    "prints": N_("Prints"),
    "publish": N_("Publish"),
}
#: Pages that only a roster of one status has a use for.
ONLY_FOR: Mapping[str, str] = {"replan": PUBLISHED, "publish": DRAFT}


@dataclass(frozen=True)
class Tab:
    """A link to one of a roster's pages."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class RosterPage:
    """What every page of a roster shows, and the addresses from there."""

    stored: StoredPlan
    base: str
    tabs: tuple[Tab, ...]
    may_edit: bool
    #: Why nothing can be changed, when that is so: ``published``, ``superseded`` or ``reading``.
    locked: str
    #: Whether the person may change the team's data, too.
    may_edit_team: bool = False

    @property
    def version(self) -> int:
        """The roster's version among those of its weeks."""
        return self.stored.head.version

    @property
    def status(self) -> str:
        """draft, published or superseded."""
        return self.stored.head.status

    @property
    def first_monday(self) -> date:
        """The first date of the roster."""
        return self.stored.head.first_monday

    @property
    def week_mondays(self) -> list[date]:
        """The Mondays of its weeks."""
        return [self.first_monday + timedelta(days=7 * week) for week in range(self.stored.head.weeks)]

    def day_url(self, when: date) -> str:
        """A day's board."""
        return f"{self.base}/day/{when.isoformat()}"

    def week_url(self, week: str | None = None, part: str = "") -> str:
        """A week (``2026-W49``), and a part of its page."""
        query = f"?week={quote(week)}" if week else ""
        return f"{self.base}/week{query}{part and '#' + part}"

    def from_here(self, url: str) -> str:
        """An address of the roster as a page right below its own says it: ``round/…``."""
        return url.removeprefix(f"{self.base}/")

    def citizen_url(self, code: str, week: str | None = None) -> str:
        """A citizen's week; empty for somebody the team does not have any more."""
        row_id = self.stored.ids.citizens.get(code)
        query = f"?week={quote(week)}" if week else ""
        return f"{self.base}/citizen/{row_id}{query}" if row_id else ""

    def round_url(self, code: str, when: date) -> str:
        """A carer's round of a date; empty for somebody the team does not have any more."""
        row_id = self.stored.ids.carers.get(code)
        return f"{self.base}/round/{row_id}/{when.isoformat()}" if row_id else ""

    def visit_url(self, need_code: str, when: date) -> str:
        """What is to be said and done about one visit; ``when`` is its date, or one of its week."""
        row_id = self.stored.ids.needs.get(need_code)
        return f"{self.base}/visits/{row_id}/{when.isoformat()}" if row_id else ""

    def carer_id(self, code: str) -> str:
        """The row's id of a carer, for forms."""
        return str(self.stored.ids.carers.get(code, ""))

    def need_id(self, code: str) -> str:
        """The row's id of a need, for forms."""
        return str(self.stored.ids.needs.get(code, ""))


def roster_page(
    request: Request, session: Session, person: Person, team_id: UUID, roster_id: UUID, tab: str
) -> RosterPage:
    """The page's roster; raises MissingRowError when the team has none with that id. What is asked there next takes long."""
    QUESTIONS.warm()
    return page_of(request, person, plan_of(session, roster_id, team_id), tab)


def page_of(request: Request, person: Person, stored: StoredPlan, tab: str) -> RosterPage:
    """The page of a plan that is at hand."""
    head = stored.head
    base = ROSTER.format(team_id=head.team_id, roster_id=head.roster_id)
    known: dict[str, Permission] = pages(request.app)
    tabs = []
    for name, label in TABS.items():
        if ONLY_FOR.get(name, head.status) != head.status:
            continue
        path = f"{ROSTER}/{name}"
        permission = known.get(path)
        if permission is not None and person.may(permission, head.team_id):
            tabs.append(Tab(label, f"{base}/{name}", name == tab))
    may = person.may(Permission.PLAN_EDIT, head.team_id)
    locked = head.status if not head.is_draft else "" if may else "reading"
    may_team = person.may(Permission.TEAM_EDIT, head.team_id)
    return RosterPage(stored, base, tuple(tabs), may and head.is_draft, locked, may_team)


def date_of(page: RosterPage, text: str) -> date:
    """A date of the roster out of an address; raises MissingRowError when it is none."""
    try:
        when = date.fromisoformat(text)
        page.stored.plan.day_number(when)
    except (ValueError, UnknownPageError):
        raise MissingRowError("The roster has no day {day}", day=text) from None
    return when


def shown(session: Session, page: RosterPage, citizens: Any) -> None:
    """Say to the access log whose data the page shows, by the pack's ids."""
    head = page.stored.head
    note_codes_read(session, head.team_id, citizens, subject=("roster", head.roster_id))


def citizens_named(page: RosterPage, *views: object) -> set[str]:
    """Whose names stand in the sentences of what is shown, by the pack's ids: a reason names neighbours, too."""
    texts = "\n".join(one for view in views for one in _texts(view))
    return {one.citizen_id for one in page.stored.plan.problem.citizens if one.name in texts}


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for part in fields(value):
            yield from _texts(getattr(value, part.name))
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _texts(key)
            yield from _texts(one)
    elif isinstance(value, Iterable):
        for one in value:
            yield from _texts(one)
