"""Reading the access log: what stands in it about a citizen, a person or a team, newest first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from delivery_app.i18n import N_
from delivery_app.security.seals import ENTRIES
from models.access_log import Action, Use
from models.citizen import Citizen
from models.team import Team

USE_WORDS: dict[str, str] = {
    Use.PLANNING: N_("Planning"),
    Use.DELIVERY: N_("Giving the help"),
    Use.LEADING: N_("Leading the team"),
    Use.ADMINISTRATION: N_("Administration"),
    Use.EXPORT: N_("Taking data out"),
    Use.BREAK_GLASS: N_("Outside the team, with a reason"),
    Use.OWN_REQUEST: N_("The citizen's own request"),
    Use.SIGN_IN: N_("Signing in"),
    Use.RETENTION: N_("Deletion by rule"),
    Use.OPERATION: N_("Running of the system"),
}
ACTION_WORDS: dict[str, str] = {
    Action.READ: N_("Seen"),
    Action.PRINTED: N_("Printed"),
    Action.EXPORTED: N_("Taken out"),
    Action.CREATED: N_("Created"),
    Action.CHANGED: N_("Changed"),
    Action.DELETED: N_("Deleted"),
    Action.SIGNED_IN: N_("Signed in"),
    Action.SIGNED_OUT: N_("Signed out"),
    Action.SIGN_IN_REFUSED: N_("Sign-in refused"),
    Action.REFUSED: N_("Refused"),
    Action.ERASED: N_("Log entries deleted by rule"),
}
#: What the rows of a table are, where a reader of the log is to know; others are shown by the table's name.
SUBJECT_WORDS: dict[str, str] = {
    "absence": N_("Absence"),
    "barred": N_("Carer who is not to come"),
    "carer": N_("Carer"),
    "catalogue": N_("Package catalogue"),
    "citizen": N_("Citizen"),
    "delivered": N_("Minutes delivered"),
    "history": N_("Earlier visits"),
    "link": N_("Visits that follow each other"),
    "membership": N_("Role in a team"),
    "municipality": N_("Municipality"),
    "need": N_("Need"),
    "package": N_("Package"),
    "package_grant": N_("Grant"),
    "provider": N_("Provider"),
    "relative": N_("Relative"),
    "roster": N_("Roster"),
    "screen_assessment": N_("Assessment for screen visits"),
    "session_citizen": N_("Group training"),
    "team": N_("Team"),
    "user_account": N_("User"),
}


@dataclass(frozen=True)
class LogLine:
    """One entry, with the citizen's and team's names of today (empty when the row is gone)."""

    seal: int
    position: int
    at: datetime
    user_name: str
    use: str
    action: str
    subject: str | None
    columns: tuple[str, ...]
    citizen_id: UUID | None
    citizen_code: str
    team: str


@dataclass(frozen=True)
class LogFilter:
    """Which entries are wanted; what is None does not narrow. ``teams``: of these teams only.

    ``before``: older in the log than this place (for the next page).
    """

    citizen_id: UUID | None = None
    citizen_code: str | None = None
    user_name: str | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    municipality_id: UUID | None = None
    teams: Collection[UUID] | None = None
    before: tuple[int, int] | None = None


def find_lines(session: Session, wanted: LogFilter, limit: int | None = 50) -> list[LogLine]:
    """The entries wanted, newest first. Loads no citizen: what is read here is the log."""
    citizen: sa.Table = Citizen.__table__  # type: ignore[attr-defined]
    team: sa.Table = Team.__table__  # type: ignore[attr-defined]
    statement = (
        sa.select(ENTRIES, citizen.c.code.label("citizen_code"), team.c.name.label("team_name"))
        .select_from(
            ENTRIES.outerjoin(citizen, citizen.c.id == ENTRIES.c.citizen_id).outerjoin(
                team, team.c.id == ENTRIES.c.team_id
            )
        )
        .where(*_conditions(wanted, citizen))
        .order_by(ENTRIES.c.seal_number.desc(), ENTRIES.c.position.desc())
    )
    if limit is not None:
        statement = statement.limit(limit)
    return [
        LogLine(
            row.seal_number,
            row.position,
            row.at,
            row.user_name,
            row.use,
            row.action,
            row.subject_table,
            tuple(row.columns or ()),
            row.citizen_id,
            row.citizen_code or "",
            row.team_name or "",
        )
        for row in session.execute(statement)
    ]


def _conditions(wanted: LogFilter, citizen: sa.Table) -> list[sa.ColumnElement[bool]]:
    columns = ENTRIES.c
    found: list[sa.ColumnElement[bool]] = []
    if wanted.citizen_id is not None:
        found.append(columns.citizen_id == wanted.citizen_id)
    if wanted.citizen_code is not None:
        found.append(citizen.c.code == wanted.citizen_code)
    if wanted.user_name is not None:
        found.append(columns.user_name == wanted.user_name)
    if wanted.action is not None:
        found.append(columns.action == wanted.action)
    if wanted.since is not None:
        found.append(columns.at >= wanted.since)
    if wanted.until is not None:
        found.append(columns.at < wanted.until)
    if wanted.municipality_id is not None:
        found.append(columns.municipality_id == wanted.municipality_id)
    if wanted.teams is not None:
        found.append(columns.team_id.in_(wanted.teams))
    if wanted.before is not None:
        seal, position = wanted.before
        found.append(
            sa.or_(
                columns.seal_number < seal, sa.and_(columns.seal_number == seal, columns.position < position)
            )
        )
    return found
