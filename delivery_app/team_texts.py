"""Words of the team's list and its meetings."""

from __future__ import annotations

from collections.abc import Mapping

from delivery_app.i18n import N_

#: Why a citizen stands on the agenda.
TOPIC_CAUSES: Mapping[str, str] = {
    "carer": N_("Proposed by a carer"),
    "planner": N_("Put on by the office"),
    "again": N_("To be looked at again"),
    "drift": N_("The package has not held for weeks"),
    "needs": N_("Changed needs"),
    "adverse": N_("Adverse events"),
    "not_home": N_("Nobody home several times"),
}
#: What a meeting can decide of a citizen.
DECISIONS: Mapping[str, str] = {
    "unchanged": N_("Goes on unchanged"),
    "within_package": N_("Adjusted within the package"),
    "ask_authority": N_("The authority is asked"),
    "again": N_("Looked at again at a later meeting"),
    "left_out": N_("Not taken up"),
}
#: To whom a message of the list is.
RECIPIENTS: Mapping[str, str] = {
    "team": N_("the team"),
    "tovholder": N_("the coordinator"),
    "planner": N_("the planner"),
}
