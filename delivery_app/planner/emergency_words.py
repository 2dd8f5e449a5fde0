"""Words of emergency calls."""

from __future__ import annotations

from delivery_app.i18n import N_
from delivery_app.services.risk.nearest import AWAY, BARRED, QUALIFICATION, SENT, SHIFT_ENDS, UNREACHABLE

LEFT_OUT = {
    BARRED: N_("is not to come to the citizen"),
    QUALIFICATION: N_("does not have the qualification"),
    AWAY: N_("is away"),
    SHIFT_ENDS: N_("the shift ends before the call would be over"),
    UNREACHABLE: N_("cannot get there"),
    SENT: N_("is sent to another emergency call"),
}
CALL_STATES = {
    "open": N_("nobody is sent yet"),
    "sent": N_("waits for an answer"),
    "declined": N_("declined"),
    "accepted": N_("taken"),
    "on_the_way": N_("on the way"),
    "arrived": N_("arrived"),
    "ended": N_("ended"),
    "closed": N_("solved without a visit"),
}
