"""Re-planning of a published roster (requirement S13): what happened, what stands, who comes instead, and how few must."""

from scheduler.replan.bounds import ReplanBounds
from scheduler.replan.changes import CarerChanges, Changes, CitizenChanges, SessionChange, VisitChange
from scheduler.replan.cost import ReplanCost
from scheduler.replan.events import Admitted, Discharged, Event, EventErrors, Late, Sick, Urgent
from scheduler.replan.run import Replanned, replan

__all__ = [
    "Admitted",
    "CarerChanges",
    "Changes",
    "CitizenChanges",
    "Discharged",
    "Event",
    "EventErrors",
    "Late",
    "ReplanBounds",
    "ReplanCost",
    "Replanned",
    "SessionChange",
    "Sick",
    "Urgent",
    "VisitChange",
    "replan",
]
