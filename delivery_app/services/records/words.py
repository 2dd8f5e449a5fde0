"""A record in words: what kind it is, and what it says, field by field, in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from delivery_app.i18n import N_, short_date, translator
from delivery_app.services.care.lists import deviation_causes, deviation_types, levels, states, told
from delivery_app.services.records.sent import FIELD_WORDS
from delivery_app.templating import moment
from models.record import Record

KIND_WORDS: dict[str, str] = {
    "withdrawn": N_("Taken back"),
    "on_the_way": N_("On the way"),
    "started": N_("Visit begun"),
    "ended": N_("Visit ended"),
    "task": N_("Task"),
    "off_time_cause": N_("Why it was not on time"),
    "note": N_("Observation"),
    "state": N_("Functional ability"),
    "measurement": N_("Measurement"),
    "photo": N_("Picture"),
    "deviation": N_("Deviation"),
    "adverse_event": N_("Adverse event"),
    "complaint": N_("Complaint"),
    "damage": N_("Damage"),
    "needs_changed": N_("Changed needs"),
    "key": N_("Key"),
    "community": N_("Community"),
    "followed_up": N_("Followed up"),
    "late_call": N_("Call about the time"),
    "nobody_home": N_("Nobody opens"),
    "not_home_step": N_("Nobody opens: step"),
    "help_call": N_("Call for help"),
    "help_ended": N_("Call for help ended"),
    "visit_moved": N_("Visit moved by agreement"),
    "emergency_accepted": N_("Emergency call taken"),
    "emergency_asked": N_("Emergency call from the citizen"),
    "emergency_declined": N_("Emergency call declined"),
    "emergency_arrived": N_("Arrived at the emergency call"),
    "emergency_ended": N_("Emergency call ended"),
    "screen_opened": N_("Screen visit opened"),
    "screen_ended": N_("Screen visit ended"),
    "screen_assessed": N_("Assessment for screen visits"),
    "made_physical": N_("Made a visit in the home"),
    "team_message": N_("Message to the team"),
    "team_task": N_("Task for the team"),
    "team_task_done": N_("Task of the team done"),
    "team_topic": N_("For the team's meeting"),
    "team_meeting": N_("Meeting of the team"),
    "meeting_note": N_("Later note on a meeting"),
}
#: Words of codes, by field where the same code means different things.
CHOICES: dict[str, dict[str, str]] = {
    "reason": {
        "refused": N_("the citizen declined"),
        "no_time": N_("no time"),
        "not_needed": N_("not needed"),
        "exchanged": N_("exchanged for something else"),
        "other": N_("another reason"),
    },
    "consequence": {
        "none": N_("no harm"),
        "mild": N_("slight harm"),
        "moderate": N_("moderate harm"),
        "severe": N_("serious harm"),
        "death": N_("death"),
    },
    "direction": {
        "late": N_("late"),
        "early": N_("early"),
        "shorter": N_("shorter"),
        "longer": N_("longer"),
        "better": N_("better"),
        "worse": N_("worse"),
        "other": N_("otherwise"),
    },
    "what": {
        "weight_kg": N_("weight, kg"),
        "blood_pressure_mmhg": N_("blood pressure, mmHg"),
        "pulse_per_min": N_("pulse, per minute"),
        "temperature_c": N_("temperature, °C"),
        "blood_sugar_mmol_l": N_("blood sugar, mmol/l"),
        "received": N_("received"),
        "handed_back": N_("handed back"),
        "lost": N_("lost"),
    },
    "reached": {
        "citizen": N_("the citizen"),
        "relative": N_("a relative"),
        "nobody": N_("nobody"),
    },
    "agreed_with": {"citizen": N_("the citizen"), "relative": N_("a relative")},
    "agreed_by": {"citizen": N_("the citizen"), "decides_for": N_("who decides for the citizen")},
    "quality": {"good": N_("good"), "poor": N_("poor"), "failed": N_("no connection")},
    "outcome": {
        "done": N_("done"),
        "partly": N_("partly done"),
        "made_physical": N_("made a visit in the home"),
        "not_reached": N_("not reached"),
        "able": N_("can take screen visits"),
        "able_with_help": N_("can with help"),
        "not_able": N_("cannot"),
    },
    "to": {"team": N_("the team"), "tovholder": N_("the coordinator"), "planner": N_("the planner")},
}
MORE_FIELDS: dict[str, str] = {
    "fsiii": N_("Ability"),
    "within_package": N_("Within the package"),
    "ask_authority": N_("The authority is to decide"),
    "proposal": N_("Proposal"),
    "solved": N_("Solved"),
    "step": N_("Step"),
    "agreed": N_("Agreed"),
    "agreed_with": N_("Agreed with"),
    "skipped": N_("Left out"),
    "receipt_no": N_("Receipt"),
    "cannot_open": N_("The citizen cannot open"),
    "kept": N_("Kept"),
    "moved_to": N_("Moved to"),
    "lonely": N_("Lonely"),
    "medicine": N_("Medicine"),
    "for_team": N_("For the team"),
    "wanted_by": N_("Wanted by"),
    "task_id": N_("Task"),
    "carer_id": N_("For"),
    "name": N_("Name"),
    "day": N_("Date"),
    "start": N_("From"),
}
#: What is not shown: ids, and the position of a call for help, which the page of such calls shows.
HIDDEN = frozenset(
    {"photo_id", "task_record_id", "topic_id", "record_id", "lat", "lon", "accuracy_m", "second_value"}
)


@dataclass(frozen=True)
class Said:
    """What a record says: a title and lines of (label, words); the first text stands without a label."""

    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Naming:
    """Names that records only have ids of: tasks of care plans, the catalogue's steps when nobody is home, carers."""

    tasks: Mapping[UUID, str] = field(default_factory=dict)
    steps: Mapping[str, str] = field(default_factory=dict)
    carers: Mapping[UUID, str] = field(default_factory=dict)


def kind_word(kind: str, lang: str) -> str:
    """What a kind of record is called."""
    return translator(lang)(KIND_WORDS[kind]) if kind in KIND_WORDS else kind


def said(record: Record, lang: str, naming: Naming | None = None) -> Said:
    """A record in words."""
    naming = naming or Naming()
    in_title = ("task_id", "done") if record.kind == "task" else ()
    lines = [
        (_label(name, lang), words)
        for name, value in record.body.items()
        if name not in HIDDEN
        and name not in in_title
        and (words := _words(record, name, value, lang, naming))
    ]
    title = _task_title(record, lang, naming) if in_title else kind_word(record.kind, lang)
    return Said(title, tuple(lines))


def _task_title(record: Record, lang: str, naming: Naming) -> str:
    """Most of what is recorded are tasks: each is a line of its own."""
    translate = translator(lang)
    words = (
        translate(N_("Task carried out")) if record.body["done"] else translate(N_("Task not carried out"))
    )
    name = _words(record, "task_id", record.body["task_id"], lang, naming)
    return f"{words}: {name}" if name else words


def _label(name: str, lang: str) -> str:
    if name == "text":
        return ""
    word = MORE_FIELDS.get(name) or FIELD_WORDS.get(name)
    return translator(lang)(word) if word else name


def _words(record: Record, name: str, value: Any, lang: str, naming: Naming) -> str:
    translate = translator(lang)
    if isinstance(value, bool):
        return translate(N_("yes")) if value else translate(N_("no"))
    if isinstance(value, float | int):
        return _figure(record, name, value, lang)
    if isinstance(value, list):
        return ", ".join(told()[one].name.of(lang) if one in told() else str(one) for one in value)
    if name in ("follow_up_on", "review_on", "due_on", "day"):
        return short_date(dt.date.fromisoformat(value), lang)
    if name == "moved_to":
        return moment(dt.datetime.fromisoformat(value), lang)
    if name == "said_at":
        from delivery_app.moment import ZONE

        return (
            dt.datetime.fromisoformat(value).astimezone(ZONE).strftime("%H.%M" if lang == "da" else "%H:%M")
        )
    if name == "cause" and value in deviation_causes():
        return deviation_causes()[value].name.of(lang)
    if record.kind == "deviation" and name == "type" and value in deviation_types():
        return deviation_types()[value].name.of(lang)
    if name == "fsiii":
        found = states().get(UUID(value))
        return found.name.of(lang) if found else ""
    if name == "task_id":
        return naming.tasks.get(UUID(value), "")
    if name == "carer_id":
        return naming.carers.get(UUID(value), "")
    if record.kind == "visit_moved" and name == "to":
        return str(value).replace(":", "." if lang == "da" else ":")
    if name == "step":
        return naming.steps.get(value, value)
    choice = CHOICES.get(name, {}).get(value)
    return translate(choice) if choice else str(value)


def _figure(record: Record, name: str, value: float, lang: str) -> str:
    if name == "level" and value in levels():
        return f"{value:g} · {levels()[int(value)].name.of(lang)}"
    words = f"{value:g}"
    if name == "value" and "second_value" in record.body:
        words += f"/{record.body['second_value']:g}"
    return words.replace(".", ",") if lang == "da" else words
