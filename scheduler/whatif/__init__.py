"""What would help: the marginal worth of one more shift, a wider window, a contact carer, each tried out.

>>> found = whatif(problem, roster, iterations=100_000)        # doctest: +SKIP
>>> [(one.change, one.travel.mean) for one in found.worths]        # doctest: +SKIP
"""

from scheduler.whatif.candidates import Candidate, candidates
from scheduler.whatif.changes import (
    AgreedGivenUp,
    CapRaised,
    Change,
    ContactCarer,
    Introduced,
    MoreShift,
    WindowWider,
)
from scheduler.whatif.trial import Effect, WhatIf, Worth, whatif

__all__ = [
    "AgreedGivenUp",
    "Candidate",
    "CapRaised",
    "Change",
    "ContactCarer",
    "Effect",
    "Introduced",
    "MoreShift",
    "WhatIf",
    "WindowWider",
    "Worth",
    "candidates",
    "whatif",
]
