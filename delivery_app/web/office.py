"""The app's one exchange for screen visits, made when it is first asked for."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from delivery_app.services.screen.office import Office
from models.base import utc_now


def office_of(connection: HTTPConnection) -> Office:
    """The exchange of the app that serves this request or connection."""
    state = connection.app.state
    if not hasattr(state, "office"):
        state.office = Office(state.database, getattr(state, "clock", utc_now))
    found: Office = state.office
    return found
