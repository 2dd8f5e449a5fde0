"""What stands in the bar on top: only what exists as a route, and only what the person may open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from fastapi import FastAPI

from delivery_app.i18n import N_
from delivery_app.security.permissions import Permission
from delivery_app.security.person import Person
from delivery_app.web.routing import PermissionRoute


class Section(NamedTuple):
    """A part of the app. ``belonging``: further addresses that count as this part."""

    label: str
    path: str
    belonging: tuple[str, ...] = ()


TEAM_SECTIONS = (
    Section(N_("Overview"), "/planner/{team_id}"),
    Section(N_("Live"), "/planner/{team_id}/live"),
    Section(N_("Plan"), "/planner/{team_id}/plan", ("/rosters/", "/generate", "/runs/", "/changes/")),
    Section(N_("Urgent"), "/planner/{team_id}/emergency", ("/phones",)),
    Section(N_("The team"), "/planner/{team_id}/team", ("/meetings",)),
    Section(N_("Notices"), "/planner/{team_id}/notices"),
    Section(N_("Citizens"), "/planner/{team_id}/citizens", ("/packages",)),
    Section(N_("Carers"), "/planner/{team_id}/carers"),
    Section(N_("Shifts"), "/planner/{team_id}/shifts"),
    Section(N_("Deviations"), "/planner/{team_id}/deviations", ("/adverse-events", "/complaints")),
    Section(N_("Standing roster"), "/planner/{team_id}/standing"),
    Section(N_("Import and export"), "/planner/{team_id}/import", ("/export",)),
)
#: For leaders: who from outside looked at the team's citizens; for planners and carers: to look at another team's.
GLASS_SECTIONS = (
    Section(N_("Seen from outside"), "/planner/{team_id}/glass"),
    Section(N_("Another team's citizen"), "/glass/{team_id}"),
)
#: After a planner's, so that who is both begins with those.
CARER_SECTION = Section(N_("My day"), "/carer/{team_id}")
ADMIN_SECTIONS = (
    Section(N_("Users"), "/admin/users"),
    Section(N_("Teams"), "/admin/teams"),
    Section(N_("Devices"), "/admin/devices"),
    Section(N_("Catalogues"), "/admin/catalogues"),
    Section(N_("Log"), "/admin/audit"),
)


@dataclass(frozen=True)
class NavLink:
    """A link in the bar: its label in English, its address, and whether one is there."""

    label: str
    url: str
    current: bool


def pages(app: FastAPI) -> dict[str, Permission]:
    """Every page of the app by its path, with its permission."""
    return {
        route.path: route.permission
        for route in app.routes
        if isinstance(route, PermissionRoute)
        and route.permission is not None
        and "GET" in (route.methods or ())
    }


def team_links(app: FastAPI, person: Person, team_id: UUID, path: str) -> list[NavLink]:
    """The sections of a team."""
    known = pages(app)
    base = f"/planner/{team_id}"
    links = []
    for section in (*TEAM_SECTIONS, CARER_SECTION, *GLASS_SECTIONS):
        permission = known.get(section.path)
        if permission is None or not person.may(permission, team_id):
            continue
        url = section.path.replace("{team_id}", str(team_id))
        here = path == url or (url != base and path.startswith(url + "/"))
        here = here or any(path.startswith(base + part) for part in section.belonging)
        links.append(NavLink(section.label, url, here))
    return links


def admin_links(app: FastAPI, person: Person, path: str) -> list[NavLink]:
    """The administrator's pages."""
    known = pages(app)
    return [
        NavLink(section.label, section.path, path == section.path or path.startswith(section.path + "/"))
        for section in ADMIN_SECTIONS
        if section.path in known and person.may(known[section.path])
    ]


def first_team_page(app: FastAPI, person: Person, team_id: UUID) -> str | None:
    """Where a person begins in a team; None when there is no page for the person there."""
    links = team_links(app, person, team_id, "")
    return links[0].url if links else None


def home(app: FastAPI, person: Person) -> str:
    """Where a person begins after signing in."""
    for team_id in {one.team_id: None for one in person.memberships}:
        url = first_team_page(app, person, team_id)
        if url is not None:
            return url
    links = admin_links(app, person, "")
    return links[0].url if links else "/me"
