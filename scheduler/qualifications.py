"""Who may do what (requirement S6): the ladder of care staff, and the therapists asked for by name."""

from __future__ import annotations

UNTRAINED, HELPER, ASSISTANT, NURSE = "untrained", "helper", "assistant", "nurse"
OCCUPATIONAL_THERAPIST, PHYSIOTHERAPIST = "occupational_therapist", "physiotherapist"
#: What a need may ask for beside the above: a therapist of either kind.
THERAPIST = "therapist"

_LADDER = (UNTRAINED, HELPER, ASSISTANT, NURSE)
#: A carer has one of these.
CARER_QUALIFICATIONS = (*_LADDER, OCCUPATIONAL_THERAPIST, PHYSIOTHERAPIST)
#: A need asks for one of these, or for none.
NEED_QUALIFICATIONS = (*CARER_QUALIFICATIONS, THERAPIST)


def qualifies(carer_qualification: str, asked: str | None) -> bool:
    """Whether a carer with that qualification does what a need asks for; None asks for nothing.

    ``untrained < helper < assistant < nurse``, each does what stands before it; therapists are asked for by name (or
    either as ``therapist``) and otherwise do untrained work.
    """
    if asked is None or asked == carer_qualification:
        return True
    if carer_qualification in (OCCUPATIONAL_THERAPIST, PHYSIOTHERAPIST):
        return asked in (THERAPIST, UNTRAINED)
    if asked in _LADDER:
        return _LADDER.index(carer_qualification) >= _LADDER.index(asked)
    return False
