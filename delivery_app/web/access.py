"""Who is at it in a request, and for what use, as the access log wants it."""

from __future__ import annotations

from uuid import UUID, uuid4

from starlette.requests import HTTPConnection

from delivery_app.security.access_log import note_event
from delivery_app.security.permissions import Permission
from delivery_app.security.person import Person
from delivery_app.security.scope import teams_in_scope
from delivery_app.security.seals import NOBODY, Access, Event
from models.access_log import Action, Use
from models.user import Role

#: What a permission is used for; permissions in a team that do not stand here are a planner's.
_USES = {
    Permission.ROUND_READ: Use.DELIVERY,
    Permission.RECORD_WRITE: Use.DELIVERY,
    Permission.GLASS_BREAK: Use.BREAK_GLASS,
    Permission.TEAM_EXPORT: Use.EXPORT,
    Permission.ACCOUNT: Use.ADMINISTRATION,
    Permission.USERS_MANAGE: Use.ADMINISTRATION,
    Permission.TEAMS_MANAGE: Use.ADMINISTRATION,
    Permission.CATALOGUES_MANAGE: Use.ADMINISTRATION,
    Permission.DEVICES_MANAGE: Use.ADMINISTRATION,
    Permission.AUDIT_READ: Use.ADMINISTRATION,
}


def access_of(request: HTTPConnection, person: Person | None) -> Access:
    """The person of a request, with the use that its route is for; nobody when nobody is signed in."""
    if person is None:
        return NOBODY
    team_id: UUID | None = getattr(request.state, "team_id", None)
    return Access(
        person.user_id,
        person.sign_in_name,
        use_of(permission_of(request), person, team_id),
        request_id(request),
        person.municipality_id,
        team_id,
        teams_in_scope(person),
    )


def use_of(permission: Permission | None, person: Person, team_id: UUID | None) -> Use:
    """What somebody needs to know something for, by what the route lets the person do."""
    if permission in _USES:
        return _USES[permission]
    roles = {one.role for one in person.memberships if one.team_id == team_id}
    if roles == {Role.CARER}:
        return Use.DELIVERY
    # Planners who also lead the team plan, where they may do what leaders may not.
    return Use.LEADING if roles and Role.PLANNER not in roles else Use.PLANNING


def permission_of(request: HTTPConnection) -> Permission | None:
    """What the route of a request asks for."""
    found: Permission | None = getattr(request.scope.get("route"), "permission", None)
    return found


def request_id(request: HTTPConnection) -> str:
    """What ties the entries of one request together."""
    if not hasattr(request.state, "request_id"):
        request.state.request_id = uuid4().hex
    found: str = request.state.request_id
    return found


def note_refusal(request: HTTPConnection, person: Person, team_id: UUID | None = None) -> None:
    """Log that somebody asked for what the person may not see; in a team, its own log shows it."""
    route = getattr(request.scope.get("route"), "path", "")
    event = Event(Action.REFUSED, team_id=team_id, note={"route": route})
    note_event(request.app.state.database, access_of(request, person), event)
