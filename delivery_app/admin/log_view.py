"""The log's page: what was asked for, and the lines in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.i18n import Translate
from delivery_app.security.log_report import LogFilter, LogLine
from delivery_app.security.log_words import (
    ACTION_WORDS,
    COLUMN_WORDS,
    OTHER_COLUMN,
    OTHER_SUBJECT,
    SUBJECT_WORDS,
    USE_WORDS,
)
from delivery_app.security.permissions import Permission
from delivery_app.security.person import Person
from delivery_app.templating import COPENHAGEN
from models.tables import TeamMembership, User

PAGE_LINES = 50
#: Words for actions that people look for.
CHOSEN_ACTIONS = ("read", "printed", "exported", "cpr_shown", "created", "changed", "deleted", "refused", "signed_in",
                  "sign_in_refused")  # fmt: skip


@dataclass(frozen=True)
class LogQuery:
    """What the page's address asks for: ids of rows, words of the program, dates. Nobody's name."""

    citizen: UUID | None = None
    user: UUID | None = None
    action: str = ""
    since: date | None = None
    until: date | None = None
    before: tuple[int, int] | None = None

    def url(self, path: str = "/admin/audit", **changes: object) -> str:
        """The address that asks for this, with changes."""
        wanted = replace(self, **changes)  # type: ignore[arg-type]
        before = None if wanted.before is None else f"{wanted.before[0]}-{wanted.before[1]}"
        asked = {
            "citizen": wanted.citizen,
            "user": wanted.user,
            "action": wanted.action,
            "since": wanted.since,
            "until": wanted.until,
            "before": before,
        }
        query = urlencode({name: str(value) for name, value in asked.items() if value})
        return f"{path}?{query}" if query else path

    @property
    def narrows(self) -> bool:
        """Whether anything but a page further back is asked for."""
        return replace(self, before=None) != LogQuery()


@dataclass(frozen=True)
class LineView:
    """A line of the log in words."""

    at: datetime
    user: str
    use: str
    action: str
    subject: str
    columns: str
    citizen_code: str
    citizen_url: str
    team: str


@dataclass(frozen=True)
class LogPage:
    """The page."""

    query: LogQuery
    lines: Sequence[LineView]
    users: Sequence[tuple[str, str]]
    actions: Sequence[tuple[str, str]]
    citizen_code: str
    older_url: str | None
    newest_url: str | None
    report_url: str | None
    errors: Mapping[str, str] = field(default_factory=dict)


def scope_of(person: Person) -> LogFilter:
    """What of the log a person may see: an administrator the municipality's, a leader the own teams'."""
    if person.administrator:
        return LogFilter(municipality_id=person.municipality_id)
    teams = frozenset(person.teams(Permission.AUDIT_READ))
    return LogFilter(municipality_id=person.municipality_id, teams=teams)


def filter_of(query: LogQuery, scope: LogFilter) -> LogFilter:
    """The entries that are wanted, within what may be seen."""
    until = None if query.until is None else query.until + timedelta(days=1)
    return replace(
        scope,
        citizen_id=query.citizen,
        user_id=query.user,
        action=query.action or None,
        since=_midnight(query.since),
        until=_midnight(until),
        before=query.before,
    )


def users_in(session: Session, scope: LogFilter) -> dict[UUID, str]:
    """Names of the people whose entries may be asked for, by id, sorted by name."""
    wanted = select(User.id, User.name).where(col(User.municipality_id) == scope.municipality_id)
    if scope.teams is not None:
        members = select(TeamMembership.user_id).where(col(TeamMembership.team_id).in_(scope.teams))
        wanted = wanted.where(col(User.id).in_(members))
    return {row.id: row.name for row in session.execute(wanted.order_by(col(User.name)))}


def line_views(
    lines: Sequence[LogLine], query: LogQuery, names: Mapping[UUID, str], translate: Translate
) -> list[LineView]:
    """Lines in words."""
    return [
        LineView(
            line.at,
            names.get(line.user_id, line.user_name) if line.user_id else line.user_name,
            _word(USE_WORDS, line.use, translate),
            _word(ACTION_WORDS, line.action, translate),
            "" if line.subject is None else translate(SUBJECT_WORDS.get(line.subject, OTHER_SUBJECT)),
            ", ".join(dict.fromkeys(translate(COLUMN_WORDS.get(one, OTHER_COLUMN)) for one in line.columns)),
            line.citizen_code,
            query.url(citizen=line.citizen_id, before=None) if line.citizen_id else "",
            line.team,
        )
        for line in lines
    ]


def action_choices(translate: Translate) -> list[tuple[str, str]]:
    """What the list of actions offers."""
    return [(code, translate(ACTION_WORDS[code])) for code in CHOSEN_ACTIONS]


def _word(words: Mapping[str, str], code: str, translate: Translate) -> str:
    return translate(words[code]) if code in words else code


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), COPENHAGEN)
