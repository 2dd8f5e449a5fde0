"""What happens in the rounds of a sample team, from a seed: when each visit begins and ends, and what is recorded in it.

Most visits begin when the published roster has them; a disturbance now and then makes the next ones late, too. Texts
are those of ``fixtures/generator/shared/records.toml``.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any
from uuid import UUID

from delivery_app.services.care.lists import FIXTURES, states
from delivery_app.services.records.standards import Standards
from delivery_app.services.records.visits import PlannedVisit, VisitName

#: Shares of the visits in which something is recorded.
DISTURBED, UNUSUAL_LENGTH, TASK_NOT_DONE = 0.012, 0.03, 0.03
NOTE, TEAM_NOTE, MEASURED, STATE, DEVIATION, NEED, OTHER = 0.07, 0.012, 0.03, 0.01, 0.02, 0.004, 0.005
CORRECTED, WITHDRAWN = 0.012, 0.006
LATE_CAUSES = ("previous_visit", "traffic", "weather", "staff")
NOT_DONE = ("refused", "refused", "no_time", "not_needed", "exchanged")
MINUTE = dt.timedelta(minutes=1)


@cache
def texts() -> dict[str, Any]:
    """What carers write."""
    return tomllib.loads((FIXTURES / "generator" / "shared" / "records.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Item:
    """One record to be: what was recorded when, of which visit; ``citizen_id`` alone for what is of no visit."""

    id: UUID
    at: dt.datetime
    kind: str
    body: Mapping[str, Any]
    on_date: dt.date
    need_id: UUID | None = None
    citizen_id: UUID | None = None
    call_id: UUID | None = None
    corrects_id: UUID | None = None


@dataclass
class Round:
    """A carer's visits of a day as they went; ``special`` names what is to happen in single ones."""

    rng: Random
    standards: Standards
    tasks: Mapping[UUID, Sequence[UUID]]
    special: Mapping[VisitName, str]
    items: list[Item] = field(default_factory=list)

    def add(
        self, visit: PlannedVisit, at: dt.datetime, kind: str, corrects: UUID | None = None, **body: Any
    ) -> UUID:
        """Record something of a visit."""
        made = UUID(int=self.rng.getrandbits(128), version=4)
        need_id, on_date = visit.name
        self.items.append(
            Item(made, at, kind, body, on_date, need_id, visit.citizen_id, corrects_id=corrects)
        )
        return made


def walk(visits: Sequence[PlannedVisit], first_of: frozenset[VisitName], day: Round) -> None:
    """Go through a carer's visits of a day in order. ``first_of``: those that this carer writes about; of two carers
    in one home the other only comes and goes."""
    late, free = 0.0, None
    for visit in visits:
        late = max(-4.0, late * 0.6 + day.rng.uniform(-2.5, 3.0))
        if day.rng.random() < DISTURBED:
            late += day.rng.uniform(18, 45)
        begin = visit.start + late * MINUTE
        if free is not None:
            begin = max(begin, free + MINUTE)
        late = (begin - visit.start) / MINUTE
        special = day.special.get(visit.name)
        writes = visit.name in first_of
        if special == "nobody_home" and writes:
            free = _nobody_home(visit, begin, day)
        elif visit.modality == "screen":
            free = _by_screen(visit, begin, day, physical=special == "made_physical")
        else:
            free = _at_home(visit, begin, late, day, writes=writes)
            if special == "adverse_event" and writes:
                _adverse_event(visit, free, day)


def _at_home(
    visit: PlannedVisit, begin: dt.datetime, late: float, day: Round, *, writes: bool
) -> dt.datetime:
    """A visit in the home; when it is over."""
    rng, standards = day.rng, day.standards
    length = visit.minutes * rng.uniform(0.92, 1.05)
    unusual = ""
    if rng.random() < UNUSUAL_LENGTH:
        unusual = rng.choice(("longer", "shorter"))
        limit = standards.longer_min if unusual == "longer" else standards.shorter_min
        change = limit + rng.uniform(2, 12)
        length = visit.minutes + (change if unusual == "longer" else -change)
        if length < 4:
            length, unusual = visit.minutes, ""
    end = begin + length * MINUTE
    if late >= standards.lateness_min + 1 and writes:
        _rung(visit, begin, late, day)
    if rng.random() < 0.8:
        day.add(visit, begin - rng.uniform(2, 6) * MINUTE, "on_the_way")
    started = day.add(visit, begin, "started")
    if late >= standards.lateness_min + 1:
        day.add(visit, begin + MINUTE / 2, "off_time_cause", direction="late", cause=rng.choice(LATE_CAUSES))
    if writes:
        _in_the_visit(visit, begin, end, started, day)
    day.add(visit, end, "ended")
    if unusual:
        cause = rng.choice(("citizen_needs", "citizen_wish") if unusual == "longer" else ("citizen_wish",))
        day.add(visit, end + MINUTE / 2, "off_time_cause", direction=unusual, cause=cause)
    return end


def _rung(visit: PlannedVisit, begin: dt.datetime, late: float, day: Round) -> None:
    day.add(
        visit,
        min(visit.start, begin - 8 * MINUTE),
        "late_call",
        minutes=5 * round(late / 5),
        direction="late",
        reached=day.rng.choice(("citizen", "citizen", "citizen", "relative")),
        agreed=texts()["late"]["agreed"],
    )


def _in_the_visit(
    visit: PlannedVisit, begin: dt.datetime, end: dt.datetime, started: UUID, day: Round
) -> None:
    rng, length = day.rng, end - begin
    known = day.tasks.get(visit.name.need_id, ())
    for number, task in enumerate(known, start=1):
        at = begin + length * (number / (len(known) + 1))
        if rng.random() < TASK_NOT_DONE:
            why = rng.choice(NOT_DONE)
            note = rng.choice(texts()["tasks"][why])
            said = {"note": note} if note else {}
            day.add(visit, at, "task", task_id=str(task), done=False, reason=why, **said)
        else:
            day.add(visit, at, "task", task_id=str(task), done=True)
    late_in = begin + length * 0.9
    for share, record in (
        (NOTE, _note),
        (TEAM_NOTE, _team_note),
        (MEASURED, _measurement),
        (STATE, _state),
        (DEVIATION, _deviation),
        (NEED, _needs),
        (OTHER, _other),
    ):
        if rng.random() < share:
            record(visit, late_in, day)
    if rng.random() < CORRECTED:
        said_at = begin - rng.randint(6, 14) * MINUTE
        grounds = texts()["correction"]["grounds"]
        at = begin + length * 0.5
        day.add(visit, at, "started", started, said_at=said_at.isoformat(), grounds=grounds)


def _note(visit: PlannedVisit, at: dt.datetime, day: Round) -> None:
    written = day.add(visit, at, "note", text=day.rng.choice(texts()["notes"]))
    if day.rng.random() < WITHDRAWN / NOTE:
        day.add(visit, at + MINUTE, "withdrawn", written, reason=texts()["correction"]["withdrawn"])


def _team_note(visit: PlannedVisit, at: dt.datetime, day: Round) -> None:
    day.add(visit, at, "note", text=day.rng.choice(texts()["team_notes"]), for_team=True)


def _measurement(visit: PlannedVisit, at: dt.datetime, day: Round) -> None:
    rng = day.rng
    what = rng.choice(("weight_kg", "blood_pressure_mmhg", "pulse_per_min", "temperature_c"))
    if what == "blood_pressure_mmhg":
        upper, lower = float(rng.randint(118, 162)), float(rng.randint(68, 94))
        day.add(visit, at, "measurement", what=what, value=upper, second_value=lower)
        return
    least, most = {"weight_kg": (52, 94), "pulse_per_min": (58, 92), "temperature_c": (36.3, 38.1)}[what]
    value = rng.uniform(least, most)
    day.add(visit, at, "measurement", what=what, value=float(round(value, 0 if what[0] == "p" else 1)))


def _state(visit: PlannedVisit, at: dt.datetime, day: Round) -> None:
    one = day.rng.choice(texts()["states"])
    by_name = {state.name.da: code for code, state in states().items() if state.parent is not None}
    day.add(visit, at, "state", fsiii=str(by_name[one["fsiii"]]), level=one["level"], text=one["text"])


def _deviation(visit: PlannedVisit, at: dt.datetime, day: Round) -> None:
    day.add(visit, at, "deviation", **day.rng.choice(texts()["deviations"]))


def _needs(visit: PlannedVisit, at: dt.datetime, day: Round) -> None:
    day.add(visit, at, "needs_changed", **day.rng.choice(texts()["needs"]))


def _other(visit: PlannedVisit, at: dt.datetime, day: Round) -> None:
    one = day.rng.choice(texts()["others"])
    day.add(visit, at, one["kind"], **one["body"])


def _adverse_event(visit: PlannedVisit, at: dt.datetime, day: Round) -> None:
    day.add(visit, at - 2 * MINUTE, "adverse_event", **day.rng.choice(texts()["adverse_events"]))


def _nobody_home(visit: PlannedVisit, begin: dt.datetime, day: Round) -> dt.datetime:
    """Nobody opens: the first steps in their order, until one solves it; when that is."""
    at = begin
    day.add(visit, at, "nobody_home")
    known = [one.step for one in day.standards.not_home]
    steps = [one for one in texts()["not_home_steps"] if one["step"] in known]
    for number, one in enumerate(steps, start=1):
        at += 3 * MINUTE
        day.add(
            visit, at, "not_home_step", **one, solved=number == len(steps), decided_by="Hjælperen i hjemmet"
        )
    done = "Ringet til borgeren og datteren. Borgeren er i godt humør hos familien, besøget tilbudt igen i aften."
    day.add(
        visit,
        at + MINUTE,
        "deviation",
        type="not_home",
        cause="relatives",
        done=done,
        told=["relatives", "planner"],
    )
    return at + 2 * MINUTE


def _by_screen(visit: PlannedVisit, begin: dt.datetime, day: Round, *, physical: bool) -> dt.datetime:
    """A call; one that does not do is made up for in the home within hours."""
    rng, words = day.rng, texts()["screen"]
    begin = max(begin, visit.start)
    end = begin + visit.minutes * rng.uniform(0.8, 1.0) * MINUTE
    day.add(visit, begin, "screen_opened")
    if physical:
        day.add(visit, end, "screen_ended", quality="good", outcome="made_physical")
        day.add(visit, end + MINUTE, "made_physical", reason=words["made_physical"])
        return end + MINUTE
    for task in day.tasks.get(visit.name.need_id, ()):
        day.add(visit, begin + (end - begin) / 2, "task", task_id=str(task), done=True)
    quality = "poor" if rng.random() < 0.2 else "good"
    day.add(visit, end, "screen_ended", quality=quality, outcome="done", note=rng.choice(words[quality]))
    return end
