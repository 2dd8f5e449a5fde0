"""Answers about a roster: why a visit has no place and what would give it one, why this carer and not another, and
which demands of a team cannot be met together (requirement S11)."""

from scheduler.explain.easing import Eased
from scheduler.explain.places import Moved, Offer
from scheduler.explain.reasons import Reason, Stopped
from scheduler.explain.relaxations import with_relaxations
from scheduler.explain.session import SessionExplanation, explain_session
from scheduler.explain.session_easing import SessionEased
from scheduler.explain.session_places import SessionOffer
from scheduler.explain.team import Conflict, TeamExplanation, explain_team
from scheduler.explain.visit import Alternative, Explanation, Standing, explain_visit

__all__ = [
    "Alternative",
    "Conflict",
    "Eased",
    "Explanation",
    "Moved",
    "Offer",
    "Reason",
    "SessionEased",
    "SessionExplanation",
    "SessionOffer",
    "Standing",
    "Stopped",
    "TeamExplanation",
    "explain_session",
    "explain_team",
    "explain_visit",
    "with_relaxations",
]
