"""Which role may do what: the one table of it. What does not stand here is refused."""

from __future__ import annotations

from delivery_app.security.permissions import Permission
from models.user import Role

#: By role in a team.
IN_TEAM: dict[Role, frozenset[Permission]] = {
    Role.PLANNER: frozenset(
        {
            Permission.PLAN_READ,
            Permission.PLAN_EDIT,
            Permission.PLAN_PUBLISH,
            Permission.RUN_START,
            Permission.TEAM_READ,
            Permission.TEAM_EDIT,
            Permission.TEAM_IMPORT,
            Permission.TEAM_EXPORT,
            Permission.RECORDS_READ,
            Permission.CARE_EDIT,
            Permission.GLASS_BREAK,
        }
    ),
    Role.LEADER: frozenset(
        {
            Permission.PLAN_READ,
            Permission.TEAM_READ,
            Permission.TEAM_EXPORT,
            Permission.AUDIT_READ,
            Permission.RECORDS_READ,
            Permission.CARE_EDIT,
            Permission.GLASS_REVIEW,
            Permission.DATA_HOLD,
        }
    ),
    Role.CARER: frozenset(
        {
            Permission.ROUND_READ,
            Permission.RECORD_WRITE,
            Permission.RECORDS_READ,
            Permission.GLASS_BREAK,
        }
    ),
}

#: In the whole municipality; no citizen is seen by it.
ADMINISTRATOR: frozenset[Permission] = frozenset(
    {
        Permission.USERS_MANAGE,
        Permission.TEAMS_MANAGE,
        Permission.CATALOGUES_MANAGE,
        Permission.DEVICES_MANAGE,
        Permission.AUDIT_READ,
    }
)
