"""More than the catalogue's minutes off the agreed time, seen or foreseen, is said: the citizen is to be rung (D7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from delivery_app.services.risk.lateness import OffTime, Stop, foresee

EIGHT = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)
LIMIT = 30


def at(minute: float) -> datetime:
    """A moment so many minutes after eight."""
    return EIGHT + timedelta(minutes=minute)


def stop(name: str, start: float, minutes: float = 30, travel: int = 10, **values: object) -> Stop:
    return replace(Stop(name, at(start), at(start + minutes), travel), **values)  # type: ignore[arg-type]


def begun(name: str, start: float, at_minute: float, until: float | None = None) -> Stop:
    """A visit that began then, and perhaps ended."""
    return stop(
        name,
        start,
        status="started" if until is None else "ended",
        started_at=at(at_minute),
        ended_at=None if until is None else at(until),
    )


def found(stops: list[Stop], minute: float, early: bool = True) -> list[OffTime]:
    return foresee(stops, at(minute), LIMIT, early)


def test_a_visit_that_has_not_begun_is_seen_to_be_late_after_the_limit() -> None:
    assert found([stop("a", 0)], 30) == []
    assert found([stop("a", 0)], 31) == [OffTime("a", 31, "late", True, False)]


def test_the_next_visits_are_foreseen_from_the_one_that_goes_on() -> None:
    # The first one takes until 85 as it looks; ten minutes on the way; the second was to begin at 50.
    stops = [begun("a", 0, 55), stop("b", 50), stop("c", 110)]
    assert found(stops, 60) == [OffTime("b", 45, "late", False, False)]
    # At 100 it is still going on: the third is late, too.
    assert [one.name for one in found(stops, 100)] == ["b", "c"]


def test_a_visit_that_ended_leaves_only_the_way() -> None:
    assert found([begun("a", 0, 0, 75), stop("b", 50)], 75) == [OffTime("b", 35, "late", False, False)]
    assert found([begun("a", 0, 0, 70), stop("b", 50)], 70) == [], "on time enough: ten minutes on the way"


def test_a_break_between_takes_its_time() -> None:
    late = [begun("a", 0, 60, 90), stop("", 40, 30, 0), stop("b", 80)]
    assert found(late, 65) == [OffTime("b", 50, "late", False, False)]
    assert found(late, 90) == [], "its time is over: the visit comes first"


def test_what_is_over_or_will_not_be_is_not_late() -> None:
    for status in ("not_home", "cancelled", "made_physical", "ended", "started"):
        assert found([stop("a", 0, status=status)], 200) == []


def test_who_is_on_the_way_comes_when_the_way_is_made_and_may_be_too_early() -> None:
    way = stop("a", 60, status="on_the_way", on_the_way_at=at(5))
    assert found([way], 10) == [OffTime("a", 45, "early", False, False)]
    assert found([way], 10, early=False) == [], "where the catalogue asks for a call only when late"
    assert found([way], 20) == [OffTime("a", 40, "early", False, False)]
    assert found([way], 30) == []
    assert found([stop("a", 60, status="on_the_way", on_the_way_at=at(85))], 86)[0].minutes == 35


def test_who_was_told_is_not_asked_again_unless_it_becomes_much_later() -> None:
    told = stop("a", 0, told_min=40)
    assert found([told], 60)[0].told
    assert found([told], 70)[0].told
    assert not found([told], 71)[0].told


def test_an_emergency_that_was_taken_holds_the_carer() -> None:
    call = replace(begun("call/x", 20, 20), end=at(80))
    assert found([begun("a", 0, 0, 20), call, stop("b", 40)], 25) == [OffTime("b", 50, "late", False, False)]
