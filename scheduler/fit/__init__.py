"""Fit-in: where can a new visit go? Ranked places in a roster that otherwise stays (requirement S14).

>>> found = fit(problem, roster, read_additions(problem, Path("new.csv")))        # doctest: +SKIP
>>> [place.place.carers for place in found.needs[0].visits[0].places]        # doctest: +SKIP
>>> taken = take(found, {})        # doctest: +SKIP
"""

from scheduler.fit.faces import CONTACT, KNOWN, NEW, THIS_WEEK, Face
from scheduler.fit.offers import Combination, Fit, NeedFit, PackageWeekThen, RankedPlace, VisitOffer, fit
from scheduler.fit.take import Taken, take

__all__ = [
    "CONTACT",
    "KNOWN",
    "NEW",
    "THIS_WEEK",
    "Combination",
    "Face",
    "Fit",
    "NeedFit",
    "PackageWeekThen",
    "RankedPlace",
    "Taken",
    "VisitOffer",
    "fit",
    "take",
]
