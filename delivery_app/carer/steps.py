"""The steps when nobody opens, as a visit's page shows them: what was done, by whom, and what comes next (D8)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from delivery_app.carer.pages import Asked
from delivery_app.services.records.reading import municipality_of, visit_story
from delivery_app.services.records.standards import standards_of
from delivery_app.services.records.visits import VisitName
from delivery_app.services.risk.not_home import KIND, steps_taken


@dataclass(frozen=True)
class Step:
    """A step: what it is, and what was recorded of it."""

    code: str
    name: str
    last_resort: bool
    #: None: the catalogue does not say who pays.
    citizen_pays: bool | None
    taken_at: dt.datetime | None = None
    who: str = ""
    outcome: str = ""
    decided_by: str = ""
    skipped: bool = False
    solved: bool = False


def steps_of(asked: Asked, name: VisitName) -> tuple[Step, ...]:
    """The steps of the municipality's catalogue, else the provider's own, in order."""
    steps = standards_of(asked.session, municipality_of(asked.session, asked.team_id)).not_home
    story = visit_story(asked.session, asked.team_id, name.need_id, name.on_date)
    who = {one.record.id: one.who for one in story.entries}
    found = []
    records = [one.record for one in story.entries if one.record.kind in (KIND, "withdrawn")]
    for step, record in ((one.step, one.record) for one in steps_taken(steps, records)):
        begun = Step(step.step, step.name(asked.lang), step.last_resort, step.citizen_pays)
        if record is None:
            found.append(begun)
            continue
        body = record.body
        found.append(
            Step(
                step.step,
                begun.name,
                step.last_resort,
                step.citizen_pays,
                record.at,
                who.get(record.id, ""),
                str(body["outcome"]),
                str(body["decided_by"]),
                bool(body.get("skipped")),
                bool(body["solved"]),
            )
        )
    return tuple(found)
