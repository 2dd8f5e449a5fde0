"""A citizen's own plan as a print for the citizen: what we help with and when, and what it is to lead to (D18)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class VisitText:
    """A visit as the citizen reads it: when, what it is, and its tasks."""

    when: str
    what: str
    tasks: tuple[str, ...]


@dataclass(frozen=True)
class CarePlanSheet:
    """The whole plan; every word is ready, in the reader's language."""

    lang: str
    title: str
    name: str
    written: str
    visits_heading: str
    visits: tuple[VisitText, ...]
    goals_heading: str
    goals: tuple[str, ...]
    agreed_heading: str
    agreed: tuple[str, ...]
    footer: str
