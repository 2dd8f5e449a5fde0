"""What each kind of record may say."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from delivery_app.services.care.lists import deviation_types, states
from delivery_app.services.records.kinds import MOST_SIGNS, About, all_kinds

ID = str(uuid4())
STATE = str(next(iter(states())))
DEVIATION = {"type": "not_done", "cause": "no_time", "done": "Kommer i morgen", "told": ["citizen"]}
EVENT = {
    "what": "Faldt",
    "where": "Badeværelset",
    "consequence": "mild",
    "done": "Ringede til lægen",
    "told": ["nurse", "leader"],
    "medicine": False,
}

#: One that is right of every kind.
RIGHT: dict[str, dict[str, Any]] = {
    "withdrawn": {"reason": "Forkert borger"},
    "on_the_way": {},
    "started": {"said_at": "2026-11-30T08:15:00+01:00", "grounds": "Glemte at trykke"},
    "ended": {},
    "task": {"task_id": ID, "done": False, "reason": "refused"},
    "off_time_cause": {"direction": "late", "cause": "traffic"},
    "note": {"text": "Spiste godt", "for_team": True, "follow_up_on": "2026-12-01"},
    "state": {"fsiii": STATE, "level": 9},
    "measurement": {"what": "blood_pressure_mmhg", "value": 140, "second_value": 80},
    "photo": {"photo_id": ID, "agreed_by": "citizen", "text": "Sår på hælen"},
    "deviation": DEVIATION,
    "adverse_event": EVENT,
    "complaint": {"text": "Kom for sent igen"},
    "damage": {"text": "En vase gik i stykker"},
    "needs_changed": {
        "direction": "worse",
        "within_package": False,
        "text": "Går dårligere",
        "ask_authority": True,
    },
    "key": {"what": "received", "receipt_no": "17", "cannot_open": True, "kept": "Nøgleskabet"},
    "community": {"text": "Vil gerne med i sangkoret", "lonely": True},
    "followed_up": {"record_id": ID, "text": "Hælen er hel igen", "follow_up_on": "2026-12-08"},
    "late_call": {"minutes": 40, "direction": "late", "reached": "citizen", "agreed": "Kl. 11"},
    "nobody_home": {},
    "not_home_step": {"step": "relatives", "outcome": "Ingen svar", "solved": False, "decided_by": "Grete"},
    "help_call": {"lat": 55.6, "lon": 12.3, "accuracy_m": 12.5},
    "help_ended": {"outcome": "Kollega kom"},
    "visit_moved": {"to": "10:40", "agreed_with": "citizen"},
    "emergency_accepted": {},
    "emergency_asked": {"what": "Faldet i køkkenet"},
    "emergency_declined": {"reason": "Sidder med en borger, der ikke kan være alene"},
    "emergency_arrived": {},
    "emergency_ended": {"outcome": "Hjulpet op"},
    "screen_opened": {},
    "screen_ended": {"quality": "good", "outcome": "done"},
    "screen_assessed": {"outcome": "able_with_help", "review_on": "2027-03-01"},
    "made_physical": {"reason": "Kan ikke høre", "wanted_by": "11:30"},
    "team_message": {"text": "Husk nøglen", "to": "team"},
    "team_task": {"text": "Bestil bleer", "due_on": "2026-12-02"},
    "team_task_done": {"task_record_id": ID},
    "team_topic": {"text": "Badet er blevet for tungt for én"},
    "meeting_note": {"topic_id": ID, "text": "Datteren er enig"},
}


def read(kind: str, body: dict[str, Any]) -> Any:
    return all_kinds()[kind].model_validate_json(json.dumps(body))


def wrong(kind: str, **changes: Any) -> str:
    """The mistakes of a body that is right but for these changes; None takes a field away."""
    body = {name: value for name, value in {**RIGHT[kind], **changes}.items() if value is not None}
    with pytest.raises(ValidationError) as caught:
        read(kind, body)
    return str(
        [one["ctx"]["msgid"] if one["type"] == "record" else one["type"] for one in caught.value.errors()]
    )


@pytest.mark.parametrize("kind", sorted(RIGHT))
def test_a_right_one_is_taken_and_nothing_unknown_with_it(kind: str) -> None:
    assert read(kind, RIGHT[kind])
    assert "extra_forbidden" in wrong(kind, surprise=1)


def test_every_kind_has_a_right_one_here() -> None:
    assert set(RIGHT) <= set(all_kinds())


def test_texts_are_bounded() -> None:
    assert read("note", {"text": "a" * MOST_SIGNS})
    assert "too_long" in wrong("note", text="a" * (MOST_SIGNS + 1))
    assert "too_short" in wrong("note", text="   ")


def test_numbers_are_no_texts_and_texts_no_numbers() -> None:
    assert "float_type" in wrong("measurement", value="140")
    assert "bool_type" in wrong("task", done="yes")


@pytest.mark.parametrize(
    ("what", "value"),
    [
        ("weight_kg", 8),
        ("weight_kg", 700),
        ("pulse_per_min", 5),
        ("temperature_c", 98.6),
        ("blood_sugar_mmol_l", 120),
    ],
)
def test_what_no_living_person_has_is_refused(what: str, value: float) -> None:
    assert "outside of what can be measured" in wrong(
        "measurement", what=what, value=value, second_value=None
    )


def test_a_blood_pressure_has_two_numbers_the_higher_one_first() -> None:
    assert "two numbers" in wrong("measurement", second_value=None)
    assert "higher one" in wrong("measurement", value=80, second_value=120)
    assert "outside of" in wrong("measurement", second_value=5)
    assert "one number only" in wrong("measurement", what="pulse_per_min", value=70)


def test_a_level_is_one_of_fsiii() -> None:
    for level in (0, 1, 2, 3, 4, 9):
        assert read("state", {"fsiii": STATE, "level": level})
    assert "A level is" in wrong("state", level=5)
    assert "no state of the list" in wrong("state", fsiii=ID)


def test_a_time_set_by_hand_has_a_zone_and_grounds() -> None:
    assert "grounds" in wrong("started", grounds=None)
    assert "time zone" in wrong("started", said_at="2026-11-30T08:15:00")


def test_a_deviation_is_of_the_list() -> None:
    assert "no type of deviation" in wrong("deviation", type="bored")
    assert "no cause" in wrong("deviation", cause="bored")
    assert "nobody who can be told" in wrong("deviation", told=["king"])
    assert "or nobody" in wrong("deviation", told=["nobody", "leader"])
    assert "has to be told" in wrong("deviation", told=["nobody"])
    assert read("deviation", {**DEVIATION, "type": "late", "told": ["nobody"]})


def test_causes_of_a_type_are_causes_of_the_list_and_other_is_the_last() -> None:
    for one in deviation_types().values():
        assert one.causes[-1] == "other"


def test_an_adverse_event_is_no_deviation() -> None:
    assert "nobody who can be told" in wrong("adverse_event", told=["king"])
    assert all_kinds()["adverse_event"] is not all_kinds()["deviation"]


def test_what_lies_within_the_package_is_not_asked_of_the_authority() -> None:
    assert "not for the authority" in wrong("needs_changed", within_package=True)


def test_what_must_be_about_a_visit_says_so() -> None:
    about = {name: body.about for name, body in all_kinds().items()}
    assert about["started"] is About.VISIT
    assert about["note"] is About.CITIZEN
    assert about["team_message"] is About.TEAM


def test_a_visit_is_moved_only_to_a_time_that_was_agreed() -> None:
    """S12: and only one that was moved has such a time."""
    moved = {**DEVIATION, "type": "moved", "cause": "citizen_wish"}
    assert read("deviation", {**moved, "moved_to": "2026-11-30T10:40:00+01:00"})
    assert "agreed" in wrong("deviation", type="moved", cause="citizen_wish")
    assert "new time" in wrong("deviation", moved_to="2026-11-30T10:40:00+01:00")
