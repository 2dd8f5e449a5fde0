"""What each event does to a published roster: who comes instead, what is cancelled, what is due again (S13)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.clock import DAY_MIN
from scheduler.problem import Absence, HistoryRow
from scheduler.replan import Admitted, Discharged, EventErrors, Late, Sick, Urgent, replan
from tests.scheduler.cases import at, carer, citizen, held, need, session, shift, visit
from tests.scheduler.replan.replan_cases import MONDAY, TUESDAY, answer, by, kinds, placed, published, team


def test_a_sick_carers_visits_go_to_somebody_the_citizen_knows() -> None:
    of = team()
    found = answer(of, published(of), "06:10", Sick("k1"))
    assert by(found, "n1") == ("k2",)  # k2 comes to c1 on Tuesday
    assert found.cost.unplaced == (0, 0, 0)
    assert (found.cost.new_carers, found.cost.changed, found.cost.moved) == (0, 1, 1)
    assert (found.bounds.new_carers, found.bounds.changed) == (0, 1)
    assert kinds(found, "c1") == ["other_carer"]


def test_history_makes_a_carer_known() -> None:
    """k3 was at c1's a week ago; k2's Tuesday visit is gone, so that k2 is not known."""
    of = team(history=(HistoryRow(-5, "c1", "k3"),))
    before = published(of)
    tuesday = replace(
        before.visits[3], carers=("k3",), shifts=("t3",), start_min=at("08:50", 1), end_min=at("09:20", 1)
    )
    before = replace(before, visits=(*before.visits[:3], tuesday, *before.visits[4:]))
    found = answer(of, before, "06:10", Sick("k1"))
    assert by(found, "n1") == ("k3",)
    assert found.cost.new_carers == 0


def test_a_stranger_comes_where_nobody_who_is_known_can() -> None:
    of = team(carers=[carer("k1"), carer("k2", qualification="untrained"), carer("k3")])
    of = replace(of, needs=(replace(of.needs[0], qualification="helper"), *of.needs[1:]))
    before = published(of)
    before = replace(before, visits=tuple(v for v in before.visits if (v.need_id, v.day) != ("n1", TUESDAY)))
    of = replace(of, needs=(replace(of.needs[0], days=(MONDAY,)), *of.needs[1:]))
    found = answer(of, before, "06:10", Sick("k1"))
    assert by(found, "n1") == ("k3",)
    assert (found.cost.new_carers, found.bounds.new_carers) == (1, 1)
    assert found.changes.citizens[0].visits[0].new_carers == ("k3",)


def test_other_dates_stay_to_the_minute() -> None:
    of = team()
    before = published(of)
    found = answer(of, before, "06:10", Sick("k1"))
    after = {v for v in found.roster.visits if v.day == TUESDAY}
    assert after == {v for v in before.visits if v.day == TUESDAY}


def test_sickness_ends_with_the_date_unless_something_else_is_said() -> None:
    of = team()
    before = published(of)
    (row,) = answer(of, before, "06:10", Sick("k2")).problem.absences
    assert (row.start_min, row.end_min) == (0, DAY_MIN)
    longer = answer(of, before, "06:10", Sick("k2", until_day=TUESDAY))
    assert longer.problem.absences[0].end_min == 2 * DAY_MIN
    assert "k2" not in by(longer, "n1", TUESDAY) + by(longer, "n2", TUESDAY)
    hours = answer(of, before, "06:10", Sick("k2", until_min=at("08:15")))
    assert by(hours, "n1", TUESDAY) == ("k2",)


def test_a_night_shift_is_off_until_its_end() -> None:
    """A date's shift that runs on after midnight belongs to the date."""
    of = team(
        needs=[need("n1", "c1", "24:30-25:30")],
        shifts=[shift("m1", "k1", times="23:00-31:00"), shift("m2", "k2", times="23:00-31:00")],
    )
    before = published(of, visits=(visit("n1", "c1", "24:30-25:00", "k1:m1"),))
    found = answer(of, before, "22:00", Sick("k1"))
    assert found.problem.absences[0].end_min == at("31:00")
    assert by(found, "n1") == ("k2",)


def test_what_is_under_way_is_finished_before_the_carer_goes_home() -> None:
    of = team()
    found = answer(of, published(of), "08:10", Sick("k1"))
    assert by(found, "n1") == ("k1",)
    assert found.problem.absences[0].start_min == at("08:30")
    assert found.cost.changed == 0


def test_the_other_carer_of_a_pair_stays() -> None:
    of = team(needs=[need("n1", "c1", "08:00-10:00", carers=2)])
    before = published(of, visits=(visit("n1", "c1", "08:00-08:30", "k1:m1", "k2:m2"),))
    found = answer(of, before, "06:10", Sick("k1"))
    assert set(by(found, "n1")) == {"k2", "k3"}


def test_a_session_is_held_by_somebody_else() -> None:
    of = team(sessions=[session("g1", ("c1",), start_min=at("09:30"))])
    before = published(of, sessions=(held("g1", "k1:m1"),))
    found = answer(of, before, "06:10", Sick("k1"))
    assert [row.carers for row in found.roster.sessions] in ([("k2",)], [("k3",)])
    assert [row.session_id for row in found.changes.sessions] == ["g1"]


def test_a_session_that_nobody_can_hold_is_told() -> None:
    of = team(sessions=[session("g1", ("c1",), start_min=at("09:30"), carers=3)])
    before = published(of, sessions=(held("g1", "k1:m1", "k2:m2", "k3:m3"),))
    found = answer(of, before, "06:10", Sick("k1"))
    assert found.cost.unplaced == (1, 0, 0)
    assert [(row.session_id, row.after) for row in found.changes.sessions] == [("g1", ())]


def test_a_sick_trainee_stays_away_and_the_visit_is_made() -> None:
    of = team(carers=[carer("k1"), carer("k2"), carer("k3", mentor="k1")])
    of = replace(of, needs=of.needs[:2])
    visits = (
        visit("n1", "c1", "08:00-08:30", "k1:m1", "k3:m3"),
        visit("n2", "c2", "08:00-08:30", "k2:m2"),
        *published(of).visits[3:5],
    )
    found = answer(of, published(of, visits=visits), "06:10", Sick("k3"))
    assert by(found, "n1") == ("k1",)
    assert found.cost.changed == 0


def test_visits_of_an_admitted_citizen_are_cancelled() -> None:
    of = team()
    found = answer(of, published(of), "07:30", Admitted("c1"))
    assert placed(found, "n1") is None
    assert placed(found, "n1", TUESDAY) is None
    assert found.roster.unplaced == ()
    assert kinds(found, "c1") == ["cancelled", "cancelled"]
    assert found.cost == replace(found.cost, unplaced=(0, 0, 0), new_carers=0, changed=0, moved=0)
    assert {row.citizen_id for row in found.changes.citizens} == {"c1"}  # nobody else is disturbed


def test_an_admission_may_end() -> None:
    of = team()
    found = answer(of, published(of), "07:30", Admitted("c1", until_min=at("06:00", TUESDAY)))
    assert placed(found, "n1") is None
    assert by(found, "n1", TUESDAY) == ("k2",)


def test_a_window_that_reaches_into_the_past_leaves_nothing_due() -> None:
    """At 08:20 the visit of 09:00 is cancelled, though by its window it could have begun at 08:00."""
    of = team()
    visits = list(published(of).visits)
    visits[0] = replace(visits[0], start_min=at("09:00"), end_min=at("09:30"))
    found = answer(of, published(of, visits=tuple(visits)), "08:20", Admitted("c1"))
    assert kinds(found, "c1") == ["cancelled", "cancelled"]
    assert found.cost.unplaced == (0, 0, 0)


def test_the_lower_end_of_a_package_does_not_bind_in_a_week_with_a_cancelled_visit() -> None:
    from scheduler.problem import Package

    of = team(packages=[Package("p", min_minutes=60)])
    found = answer(of, published(of), "07:30", Admitted("c1"))
    assert kinds(found, "c1") == ["cancelled", "cancelled"]


def test_who_comes_home_is_visited_again() -> None:
    of = team(absences=(Absence(0, 7 * DAY_MIN, citizen_id="c1"),))
    before = published(of)
    before = replace(before, visits=tuple(v for v in before.visits if v.citizen_id != "c1"))
    found = answer(of, before, "08:20", Discharged("c1"))
    today = placed(found, "n1")
    assert today is not None
    assert today.start_min >= at("08:20")
    assert placed(found, "n1", TUESDAY) is not None
    assert kinds(found, "c1") == ["new", "new"]
    late = answer(of, before, "10:30", Discharged("c1"))
    assert placed(late, "n1") is None  # its window is past; it is no longer due
    assert kinds(late, "c1") == ["new"]


def test_an_urgent_visit_finds_a_place_from_now_on() -> None:
    of = team()
    row = need("u1", "c1", "07:00-10:00", days=(MONDAY,), priority=1)
    found = answer(of, published(of), "08:40", Urgent((row,)))
    new = placed(found, "u1")
    assert new is not None
    assert new.start_min >= at("08:40")
    assert new.carers in (("k1",), ("k2",))  # whom c1 knows
    assert kinds(found, "c1") == ["new"]
    assert found.cost.changed == 0


def test_an_urgent_row_falls_once() -> None:
    of = team(weeks=2)
    before = published(of)
    found = answer(of, before, "06:00", Urgent((need("u1", "c1", days=(TUESDAY,)),)))
    assert [v.day for v in found.roster.visits if v.need_id == "u1"] == [TUESDAY]
    next_week = answer(of, before, "12:00", Urgent((need("u1", "c1", days=(MONDAY,)),)))
    assert [(u.need_id, u.day) for u in next_week.roster.unplaced if u.need_id == "u1"] == [("u1", 7)]


def test_a_late_carer_goes_on_as_soon_as_possible() -> None:
    """k2's first visit on Tuesday is under way; the second begins when k2 is there, and nobody else comes."""
    of = team()
    found = answer(of, published(of), "08:10", Late("k2", 25), day=TUESDAY)
    second = placed(found, "n2", TUESDAY)
    assert second is not None
    assert second.carers == ("k2",)
    assert second.start_min == at("09:05", TUESDAY)  # 08:30, 25 minutes late, 10 minutes on the way
    assert kinds(found, "c1") == ["delayed"]
    assert kinds(found, "c2") == ["moved"]
    assert found.cost.moved == 1


def test_a_late_carer_begins_the_next_visit_later() -> None:
    of = team()
    found = answer(of, published(of), "07:10", Late("k1", 20))
    first = placed(found, "n1")
    assert first is not None
    assert (first.carers, first.start_min) == (("k1",), at("08:20"))


def test_somebody_else_comes_where_the_late_carer_would_miss_the_window() -> None:
    of = team(
        needs=[
            need("n1", "c1", "08:00-08:10", days=(MONDAY, TUESDAY)),
            need("n3", "c3", days=(MONDAY, TUESDAY)),
        ]
    )
    before = published(of)
    before = replace(before, visits=tuple(v for v in before.visits if v.need_id != "n2"))
    found = answer(of, before, "07:10", Late("k1", 20))
    assert by(found, "n1") == ("k2",)
    assert found.cost.unplaced == (0, 0, 0)


def test_a_late_carer_with_nothing_left_changes_nothing() -> None:
    of = team()
    found = answer(of, published(of), "08:35", Late("k1", 25))
    assert found.changes.citizens == ()


def test_several_events_at_once() -> None:
    of = team()
    events = (Sick("k1"), Admitted("c2"), Urgent((need("u1", "c3", "08:00-10:00", days=(MONDAY,)),)))
    found = answer(of, published(of), "06:10", *events)
    assert found.cost.unplaced == (0, 0, 0)
    assert by(found, "n1") == ("k2",)
    assert kinds(found, "c2") == ["cancelled", "cancelled"]
    assert "new" in kinds(found, "c3")


def test_what_is_wrong_is_told_all_at_once() -> None:
    of = team()
    before = published(of)
    events = (Sick("k9"), Admitted("c9"), Discharged("c1"), Late("k1", 0), Sick("k2", until_min=at("05:00")))
    with pytest.raises(EventErrors) as caught:
        replan(of, before, at("06:00"), events, iterations=10)
    told = [str(one) for one in caught.value.messages]
    assert len(told) == 5
    assert "no carer 'k9'" in told[0]
    assert "no citizen 'c9'" in told[1]
    assert "'c1' is not absent" in told[2]
    assert "0 minutes late" in told[3]
    assert "2026-11-30 05:00, is not after now" in told[4]


@pytest.mark.parametrize(
    ("clock", "event", "part"),
    [
        ("06:00", (Sick("k1"), Sick("k1")), "named twice"),
        ("12:00", (Late("k1", 10),), "no shift left"),
        ("12:00", (Urgent((need("u1", "c1", days=(MONDAY, TUESDAY)),)),), "2026-11-30 is past"),
    ],
)
def test_events_that_cannot_be(clock: str, event: tuple, part: str) -> None:
    of = team()
    with pytest.raises(EventErrors, match=part):
        replan(of, published(of), at(clock), event, iterations=10)


def test_a_moment_outside_the_pack_is_refused() -> None:
    of = team()
    with pytest.raises(EventErrors, match="outside the pack's weeks, 2026-11-30 to 2026-12-06"):
        replan(of, published(of), at("06:00", 7), [Sick("k1")], iterations=10)


def test_a_new_citizen_counts_as_given_a_new_carer() -> None:
    """Whoever comes first is new; that is proven, too."""
    of = team(citizens=[citizen(one) for one in ("c1", "c2", "c3", "c4")])
    found = answer(of, published(of), "06:10", Urgent((need("u1", "c4", days=(MONDAY,)),)))
    assert (found.cost.new_carers, found.bounds.new_carers) == (1, 1)
