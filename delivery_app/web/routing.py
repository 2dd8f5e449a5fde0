"""Routes that say whom they let in. A route that does not is refused when the app is made.

``{team_id}`` in a path narrows the permission to that team: who does not have it there gets "not found", so
that it is not told whether there is such a team.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, WebSocketException, status
from fastapi.routing import APIRoute, APIWebSocketRoute
from starlette.requests import HTTPConnection
from starlette.routing import BaseRoute, Mount

from delivery_app.security import csrf
from delivery_app.security.permissions import TEAM_PERMISSIONS, Permission
from delivery_app.security.person import EmploymentEndedError, Person
from delivery_app.web.access import note_refusal
from delivery_app.web.deps import OwnPasswordNeededError, SignInNeededError, SomePerson, as_uuid

TEAM_PARAMETER = "{team_id}"


class RouteWithoutPermissionError(RuntimeError):
    """A route that does not say whom it lets in."""


class Requires:
    """The check of a route, made before anything else of it: signed in, allowed, allowed in that team."""

    def __init__(self, permission: Permission, in_team: bool) -> None:
        self.permission = permission
        self.in_team = in_team

    def __call__(self, request: Request, person: SomePerson) -> None:
        """Raises SignInNeededError, or HTTPException 403 or (in a team) 404, or EmploymentEndedError."""
        if self.permission is Permission.PUBLIC:
            return
        if person is None:
            raise SignInNeededError
        if person.must_change_password and self.permission is not Permission.ACCOUNT:
            raise OwnPasswordNeededError
        if not self.in_team:
            if not person.may(self.permission):
                note_refusal(request, person)
                raise HTTPException(403)
            return
        team_id = as_uuid(request.path_params.get("team_id"))
        if team_id is None or not person.may(self.permission, team_id):
            note_refusal(request, person, team_id)
            ended = None if team_id is None else person.ended_for(self.permission, team_id)
            if ended is not None:
                raise EmploymentEndedError(ended)
            raise HTTPException(404)
        request.state.team_id = team_id


async def check_origin(request: Request, person: SomePerson) -> None:
    """Raises HTTPException 403 for a change that no page of ours has sent."""
    check_site(request)
    if request.method in csrf.SAFE_METHODS or person is None:
        return
    if not await _token_matches(request, person):
        await request.close()
        request.state.expired_form = True
        raise HTTPException(403)


def check_site(request: Request) -> None:
    """Raises HTTPException 403 for a change sent by another site; what is open to everybody needs no more."""
    if request.method not in csrf.SAFE_METHODS and csrf.from_elsewhere(request.headers):
        raise HTTPException(403)


async def _token_matches(request: Request, person: Person) -> bool:
    if csrf.token_matches(person.csrf_token, request.headers, None):
        return True
    kind = request.headers.get("content-type", "").partition(";")[0]
    if kind not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return False
    return csrf.token_matches(person.csrf_token, request.headers, await request.form())


class PermissionRoute(APIRoute):
    """A route whose permission can be read."""

    permission: Permission | None = None


class PermissionSocket(APIWebSocketRoute):
    """A connection that stays open, with the permission it asks for."""

    permission: Permission | None = None


class SocketRequires:
    """The check of a connection, made before it is accepted: from a page of ours, and allowed as a route is."""

    def __init__(self, permission: Permission, in_team: bool) -> None:
        self.permission = permission
        self.in_team = in_team

    def __call__(self, connection: HTTPConnection, person: SomePerson) -> None:
        """Raises WebSocketException, which a browser sees as a connection that could not be made."""
        # Browsers send cookies along from any site, and say from which; a connection has no form token.
        if csrf.from_elsewhere(connection.headers):
            raise WebSocketException(status.WS_1008_POLICY_VIOLATION)
        if self.permission is Permission.PUBLIC:
            return
        team_id = as_uuid(connection.path_params.get("team_id")) if self.in_team else None
        known = person is not None and not person.must_change_password
        if not known or person is None or (self.in_team and team_id is None):
            raise WebSocketException(status.WS_1008_POLICY_VIOLATION)
        if not person.may(self.permission, team_id):
            note_refusal(connection, person, team_id)
            raise WebSocketException(status.WS_1008_POLICY_VIOLATION)
        connection.state.team_id = team_id


class RoleRouter(APIRouter):
    """A router of which each route names its permission:
    ``@router.get("/planner/{team_id}", permission=Permission.PLAN_READ)``."""

    def __init__(self) -> None:
        super().__init__(route_class=PermissionRoute, include_in_schema=False)

    def get(self, path: str, *, permission: Permission, **options: Any) -> Callable[[Any], Any]:  # type: ignore[override]
        """A page."""
        return self._route(path, ["GET"], permission, options)

    def post(self, path: str, *, permission: Permission, **options: Any) -> Callable[[Any], Any]:  # type: ignore[override]
        """A form."""
        return self._route(path, ["POST"], permission, options)

    def delete(self, path: str, *, permission: Permission, **options: Any) -> Callable[[Any], Any]:  # type: ignore[override]
        """For scripts only: a plain form cannot send it."""
        return self._route(path, ["DELETE"], permission, options)

    def put(self, path: str, *, permission: Permission, **options: Any) -> Callable[[Any], Any]:  # type: ignore[override]
        """For scripts only: a plain form cannot send it."""
        return self._route(path, ["PUT"], permission, options)

    def websocket(self, path: str, *, permission: Permission, **options: Any) -> Callable[[Any], Any]:  # type: ignore[override]
        """A connection that stays open."""
        in_team = _checked_place(path, permission)

        def decorate(function: Any) -> Any:
            checks = [Depends(SocketRequires(permission, in_team)), *options.get("dependencies", ())]
            route = PermissionSocket(path, function, dependencies=checks)
            route.permission = permission
            self.routes.append(route)
            return function

        return decorate

    def _route(
        self, path: str, methods: list[str], permission: Permission, options: dict[str, Any]
    ) -> Callable[[Any], Any]:
        in_team = _checked_place(path, permission)
        sent_by = check_site if permission is Permission.PUBLIC else check_origin
        checks: Sequence[Any] = [Depends(Requires(permission, in_team)), Depends(sent_by)]
        options.setdefault("response_model", None)
        options["dependencies"] = [*checks, *options.get("dependencies", ())]

        def decorate(function: Any) -> Any:
            self.add_api_route(path, function, methods=methods, **options)
            route = self.routes[-1]
            assert isinstance(route, PermissionRoute)
            route.permission = permission
            return function

        return decorate


def _checked_place(path: str, permission: Permission) -> bool:
    """Whether a path names a team; raises RouteWithoutPermissionError when it should and does not."""
    in_team = TEAM_PARAMETER in path
    if permission in TEAM_PERMISSIONS and not in_team:
        raise RouteWithoutPermissionError(
            f"{path} asks for {permission}, which one has in a team, but names no {TEAM_PARAMETER}"
        )
    return in_team


def add_routes(app: FastAPI, routers: Iterable[APIRouter]) -> None:
    """Every route of the routers, in their order, kept as it is: the app's list can be walked."""
    for router in routers:
        app.router.routes.extend(router.routes)


def check_permissions(routes: Iterable[BaseRoute]) -> None:
    """Raises RouteWithoutPermissionError when a route does not say whom it lets in."""
    for route in routes:
        if isinstance(route, Mount) and route.path == "/static":
            continue
        if not isinstance(route, PermissionRoute | PermissionSocket) or route.permission is None:
            path = getattr(route, "path", None) or repr(route)
            raise RouteWithoutPermissionError(
                f"{path} states no permission; make it by RoleRouter, with permission=Permission.…"
            )
