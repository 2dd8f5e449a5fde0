"""Codes of the care plan in words; shown by ``texts``."""

from __future__ import annotations

from collections.abc import Mapping

from delivery_app.i18n import N_

#: What a goal wants.
GOAL_KINDS: Mapping[str, str] = {
    "assess": N_("find out"),
    "develop": N_("develop"),
    "maintain": N_("keep up"),
    "palliate": N_("relieve"),
}
GOAL_OUTCOMES: Mapping[str, str] = {
    "reached": N_("reached"),
    "partly": N_("partly reached"),
    "not_reached": N_("not reached"),
    "given_up": N_("given up"),
}
#: What is due with a citizen.
CARE_DUE: Mapping[str, str] = {
    "start_up": N_("Start-up conversation"),
    "workplace": N_("Workplace assessment (APV)"),
    "midway": N_("Midway review of rehabilitation"),
    "closing": N_("Closing of rehabilitation"),
    "goal": N_("Follow-up on a goal"),
    "instruction": N_("An instruction to be looked through"),
    "screen": N_("New assessment of screen visits"),
    "screen_link": N_("The link for screen visits runs out"),
    "not_home": N_("Nobody opened: what came of it?"),
    "follow_up": N_("Follow-up"),
    "left_over": N_("A visit has ended: its tasks and instructions"),
}
REVIEW_OUTCOMES: Mapping[str, str] = {
    "continued": N_("goes on as it is"),
    "changed": N_("changed within the package"),
    "closed": N_("ends"),
    "reassessed": N_("for the authority to decide anew"),
}
#: Which way a citizen's needs changed.
NEEDS_DIRECTIONS: Mapping[str, str] = {
    "better": N_("The citizen manages more"),
    "worse": N_("The citizen needs more help"),
    "other": N_("The citizen needs other help"),
}
NEEDS_ANSWERS: Mapping[str, str] = {
    "changed_plan": N_("The plan was changed within the package"),
    "asked_authority": N_("The authority was told and asked"),
    "no_change": N_("No change for now"),
}
