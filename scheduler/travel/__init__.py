"""Travel times: a provider each (:mod:`crow_flies`, :mod:`osrm`, :mod:`valhalla`) and the table a problem is planned by."""

from scheduler.travel.crow_flies import CrowFlies
from scheduler.travel.provider import Legs, TravelError, TravelProvider
from scheduler.travel.table import TravelTable

__all__ = ["CrowFlies", "Legs", "TravelError", "TravelProvider", "TravelTable"]
