"""How a roster's days are likely to go: visits and travel last as they do, carers act as people do (S8)."""

from scheduler.simulate.distributions import Distributions, Spread
from scheduler.simulate.document import simulation_document
from scheduler.simulate.fitting import Measured, fitted
from scheduler.simulate.outlook import RoundOutlook, Simulation, VisitOutlook
from scheduler.simulate.reading import distributions_text, read_distributions
from scheduler.simulate.run import TOLERANCE_MIN, simulate

__all__ = [
    "TOLERANCE_MIN",
    "Distributions",
    "Measured",
    "RoundOutlook",
    "Simulation",
    "Spread",
    "VisitOutlook",
    "distributions_text",
    "fitted",
    "read_distributions",
    "simulate",
    "simulation_document",
]
