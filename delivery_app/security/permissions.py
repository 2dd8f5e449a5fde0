"""What can be allowed. Every route states one of these; which role has which stands in ``roles.py``."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """What a route lets a person do."""

    #: No sign-in: the sign-in page itself, the health check.
    PUBLIC = "public"
    #: Everybody who is signed in.
    ACCOUNT = "account"

    #: Rosters of a team, drafts too, and whom they bring to whom.
    PLAN_READ = "plan_read"
    #: Change drafts.
    PLAN_EDIT = "plan_edit"
    #: Let a roster hold, re-plan one that holds, tick off who was told.
    PLAN_PUBLISH = "plan_publish"
    #: Have a roster made, or stop that.
    RUN_START = "run_start"
    #: Citizens, carers, shifts and the standing roster of a team.
    TEAM_READ = "team_read"
    TEAM_EDIT = "team_edit"
    #: Take a team's data in from files, or out.
    TEAM_IMPORT = "team_import"
    TEAM_EXPORT = "team_export"
    #: One's own rounds, of published rosters only.
    ROUND_READ = "round_read"
    #: Record what was done and seen in a visit.
    RECORD_WRITE = "record_write"
    #: What was recorded of a team's citizens.
    RECORDS_READ = "records_read"
    #: What is to be done in the home: tasks, instructions, goals, warnings.
    CARE_EDIT = "care_edit"
    #: See a citizen of another team, for a stated reason that its leader reads.
    GLASS_BREAK = "glass_break"
    #: Who from outside looked at a team's citizens, and why.
    GLASS_REVIEW = "glass_review"
    #: Keep a citizen's data from being deleted by rule while a case is under way.
    DATA_HOLD = "data_hold"

    #: The tablets that carers record on.
    DEVICES_MANAGE = "devices_manage"
    USERS_MANAGE = "users_manage"
    TEAMS_MANAGE = "teams_manage"
    CATALOGUES_MANAGE = "catalogues_manage"
    #: Who read and changed what.
    AUDIT_READ = "audit_read"


#: What is asked in a team by its membership; the others hold for the municipality or for everybody.
TEAM_PERMISSIONS = frozenset(
    {
        Permission.PLAN_READ,
        Permission.PLAN_EDIT,
        Permission.PLAN_PUBLISH,
        Permission.RUN_START,
        Permission.TEAM_READ,
        Permission.TEAM_EDIT,
        Permission.TEAM_IMPORT,
        Permission.TEAM_EXPORT,
        Permission.ROUND_READ,
        Permission.RECORD_WRITE,
        Permission.RECORDS_READ,
        Permission.CARE_EDIT,
        Permission.GLASS_BREAK,
        Permission.GLASS_REVIEW,
        Permission.DATA_HOLD,
    }
)
