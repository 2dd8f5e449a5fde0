"""What the records of a visit add up to, in whatever order they came."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from delivery_app.services.records.standards import Standards, merged, own_standards
from delivery_app.services.records.state import CONFLICT, DONE, NOT_DONE, VisitState, state_of
from delivery_app.services.records.visits import PlannedVisit, VisitName
from models.catalogue import load_catalogue
from models.catalogue_rules import Rules
from models.record import Record

MONDAY = date(2026, 11, 30)
#: Planned from 8 to 8:30 in Copenhagen.
EIGHT = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)
NEED = uuid4()
CARERS = (uuid4(), uuid4())
PLANNED = PlannedVisit(VisitName(NEED, MONDAY), uuid4(), 480, 510, "home", CARERS[:1])
DOUBLE = PlannedVisit(VisitName(NEED, MONDAY), uuid4(), 480, 510, "home", CARERS)
OWN = Standards(lateness_min=30, early=True, shorter_min=15, longer_min=15, not_home=())
TASK = uuid4()
ONE, OTHER = uuid4(), uuid4()


def made(kind: str, minute: float, body: dict[str, Any] | None = None, **values: Any) -> Record:
    given: dict[str, Any] = {"device_id": ONE, "user_id": ONE, "carer_id": CARERS[0], **values}
    return Record(
        municipality_id=NEED,
        team_id=NEED,
        need_id=NEED,
        on_date=MONDAY,
        kind=kind,
        body=body or {},
        device_at=EIGHT,
        at=EIGHT + timedelta(minutes=minute),
        received_at=EIGHT,
        **given,
    )


def state(*records: Record, planned: PlannedVisit | None = PLANNED, standards: Standards = OWN) -> VisitState:
    return state_of(planned, records, standards)


def task(minute: float, done: bool, device: UUID = ONE, **values: Any) -> Record:
    return made("task", minute, {"task_id": str(TASK), "done": done}, device_id=device, **values)


def test_a_visit_goes_from_planned_to_ended() -> None:
    way, start, end = made("on_the_way", -5), made("started", 2), made("ended", 31)
    assert state().status == "planned"
    assert state(way).status == "on_the_way"
    assert state(way, start).status == "started"
    whole = state(way, start, end)
    assert (whole.status, whole.started_at, whole.ended_at) == ("ended", start.at, end.at)
    assert whole.off == ()
    assert whole.cause_asked


def test_off_the_time_is_more_than_the_minutes_of_the_standards() -> None:
    assert state(made("started", 30)).off == ()
    late = state(made("started", 31))
    assert (late.off, late.cause_asked, late.missing_causes) == ((("late", 31),), False, ("late",))
    assert state(made("started", -30)).off == ()
    assert state(made("started", -31)).off == (("early", 31),)
    only_late = Standards(30, False, 15, 15, ())
    assert state(made("started", -31), standards=only_late).off == ()
    assert state(made("started", 20), standards=Standards(15, True, 15, 15, ())).off == (("late", 20),)
    assert state(made("started", 0), made("ended", 45)).off == ()
    assert state(made("started", 0), made("ended", 46)).off == (("longer", 16),)
    assert state(made("started", 0), made("ended", 15)).off == ()
    assert state(made("started", 0), made("ended", 14)).off == (("shorter", 16),)
    assert state(made("started", 90), planned=None).off == (), "nothing was planned"


def test_the_cause_is_asked_once_for_each_way_of_being_off() -> None:
    late = [made("started", 40), made("ended", 100)]
    assert state(*late).missing_causes == ("late", "longer")
    told = made("off_time_cause", 41, {"direction": "late", "cause": "traffic"})
    assert state(*late, told).missing_causes == ("longer",)
    both = made("off_time_cause", 101, {"direction": "longer", "cause": "citizen_needs"})
    assert state(*late, told, both).cause_asked


def test_the_catalogues_minutes_come_before_the_providers() -> None:
    example = load_catalogue("fixtures/catalogues/example.toml").rules
    assert example.lateness_call is not None
    assert merged(example).lateness_min == example.lateness_call.minutes
    assert [one.step for one in merged(example).not_home] == [one.step for one in example.not_home]
    assert merged(Rules()) == merged(None) == own_standards()
    assert own_standards().not_home[-1].last_resort


def test_a_time_set_by_hand_counts() -> None:
    by_hand = made("started", 60, {"said_at": EIGHT.isoformat(), "grounds": "Glemt"})
    assert state(by_hand).started_at == EIGHT
    assert state(by_hand).off == ()


def test_a_correction_replaces_and_a_withdrawal_takes_back() -> None:
    wrong = made("started", 50)
    right = made("started", 2, corrects_id=wrong.id)
    assert state(wrong, right).started_at == right.at
    assert state(wrong, right).off == ()
    gone = made("withdrawn", 60, {"reason": "Forkert besøg"}, corrects_id=right.id)
    assert state(wrong, right, gone).status == "planned", "what was corrected does not come back"


def test_a_task_tapped_twice_on_one_tablet_is_as_it_was_left() -> None:
    assert state(task(1, True), task(2, False)).task_states == {TASK: NOT_DONE}
    assert state(task(1, False), task(2, True)).conflicts == ()


def test_two_tablets_that_disagree_are_shown_side_by_side_until_a_correction_decides() -> None:
    one, other = task(1, True), task(2, False, OTHER)
    both = state(one, other)
    assert both.task_states == {TASK: CONFLICT}
    assert [(row.field, {value.value for value in row.values}) for row in both.conflicts] == [
        (f"task:{TASK}", {DONE, NOT_DONE})
    ]
    assert state(one, task(2, True, OTHER)).conflicts == ()
    decided = task(3, True, OTHER, corrects_id=other.id)
    assert state(one, other, decided).task_states == {TASK: DONE}


def test_two_starts_of_one_carer_are_a_conflict_and_those_of_two_carers_are_not() -> None:
    one, near, far = (
        made("started", 0),
        made("started", 1, device_id=OTHER),
        made("started", 9, device_id=OTHER),
    )
    assert state(one, near).conflicts == ()
    assert [row.field for row in state(one, far).conflicts] == ["started"]
    second = made("started", 9, device_id=OTHER, carer_id=CARERS[1])
    assert state(one, second, planned=DOUBLE).conflicts == ()
    assert [row.field for row in state(one, far, planned=DOUBLE).conflicts] == ["started"]


def test_nobody_home_until_somebody_opens() -> None:
    knock = made("nobody_home", 1)
    step = {"step": "relatives", "outcome": "Åbner nu", "decided_by": "Grete"}
    assert state(knock).status == "not_home"
    assert state(knock, made("not_home_step", 5, {**step, "solved": False})).status == "not_home"
    assert state(knock, made("not_home_step", 5, {**step, "solved": True})).status == "planned"
    assert state(knock, made("started", 6)).status == "started"


def test_a_screen_visit_ends_or_becomes_a_visit_in_the_home() -> None:
    opened = made("screen_opened", 0)

    def over(outcome: str) -> Record:
        return made("screen_ended", 12, {"quality": "good", "outcome": outcome})

    assert state(opened).status == "started"
    assert state(opened, over("done")).status == "ended"
    assert state(opened, over("not_reached")).status == "not_home"
    assert state(opened, over("made_physical")).status == "made_physical"
    assert state(made("made_physical", 1, {"reason": "Hører dårligt"})).status == "made_physical"
    assert state(made("made_physical", 1, {"reason": "x"}), made("started", 60)).status == "started"


def test_help_that_was_not_given_cancels_a_visit_that_has_not_begun() -> None:
    declined = made("deviation", 1, {"type": "refused", "cause": "citizen_wish"})
    assert state(declined).status == "cancelled"
    assert state(made("started", 0), declined).status == "started"
    assert state(made("deviation", 1, {"type": "late", "cause": "traffic"})).status == "planned"


def test_a_visit_that_was_moved_within_its_day_is_made_at_its_new_time() -> None:
    """S12: the provider does not cancel; a visit has the time that was agreed with the citizen."""
    body = {"type": "moved", "cause": "citizen_wish"}
    moved = made("deviation", 1, {**body, "moved_to": "2026-11-30T10:00:00+01:00"})
    assert state(moved).status == "planned"
    assert state(moved, made("started", 120)).off == ()
    assert state(made("started", 120)).off == (("late", 120),)
    elsewhere = made("deviation", 1, {**body, "moved_to": "2026-12-01T10:00:00+01:00"})
    assert state(elsewhere).status == "cancelled"


KINDS = st.sampled_from(
    ["on_the_way", "started", "ended", "task", "nobody_home", "off_time_cause", "withdrawn"]
)
BODIES: dict[str, dict[str, Any]] = {
    "task": {"task_id": str(TASK), "done": True},
    "off_time_cause": {"direction": "late", "cause": "traffic"},
    "withdrawn": {"reason": "x"},
}


@st.composite
def histories(draw: st.DrawFn) -> list[Record]:
    found: list[Record] = []
    for number in range(draw(st.integers(0, 8))):
        kind = draw(KINDS)
        target = (
            draw(st.sampled_from(found)) if found and (kind == "withdrawn" or draw(st.booleans())) else None
        )
        body = dict(BODIES.get(kind, {}))
        if kind == "task":
            body["done"] = draw(st.booleans())
        found.append(
            made(
                kind,
                draw(st.integers(-40, 90)),
                body,
                id=UUID(int=number + 1),
                device_id=draw(st.sampled_from([ONE, OTHER])),
                device_seq=number,
                corrects_id=None if target is None else target.id,
            )
        )
    return found


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_in_which_records_came_changes_nothing(history: list[Record], random: Any) -> None:
    clean = state_of(PLANNED, history, OWN)
    shuffled = list(history)
    random.shuffle(shuffled)
    assert state_of(PLANNED, shuffled, OWN) == clean
