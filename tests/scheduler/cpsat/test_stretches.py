"""Every round that can be walked keeps the rows of its stretches, and rounds that are too full do not."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.cpsat.stretches import Piece, rows_of
from scheduler.replan.tasks import Duty

SHIFT = (420, 720)


def duty(breaks: tuple[tuple[int, int, int], ...] = (), fixed: tuple[tuple[int, int], ...] = ()) -> Duty:
    return Duty("k1", SHIFT[1] - SHIFT[0], (SHIFT,), fixed, breaks, {})


def holds(pieces: list[Piece], made: set[int], of: Duty) -> bool:
    return all(
        sum(minutes for at, minutes in row.minutes.items() if at in made) <= row.limit
        for row in rows_of(pieces, of)
    )


@st.composite
def walked(draw: st.DrawFn) -> tuple[list[Piece], set[int], Duty]:
    """A round as it was walked (with a break somewhere), each visit in a window around its start; and visits not made."""
    pieces: list[Piece] = []
    now, made = SHIFT[0], set[int]()
    pause = draw(st.integers(0, 4))
    breaks: tuple[tuple[int, int, int], ...] = ()
    last = ""
    for number in range(draw(st.integers(1, 7))):
        if number == pause:
            start = now + draw(st.integers(0, 10))
            breaks = ((start - draw(st.integers(0, 40)), start + 30 + draw(st.integers(0, 40)), 30),)
            now = start + 30
        home = draw(st.sampled_from(("c1", "c2", "c3")))
        way = draw(st.integers(0, 12))
        now += (0 if home == last else way) + draw(st.integers(0, 15))
        minutes = draw(st.integers(5, 40))
        if now + minutes > SHIFT[1]:
            break
        early = now - draw(st.integers(0, 60))
        made.add(len(pieces))
        pieces.append(Piece(home, early, now + draw(st.integers(0, 60)), minutes, way))
        now, last = now + minutes, home
    # The least way into a home is the least that any of its visits tells.
    least = {
        home: min(one.way_min for one in pieces if one.citizen_id == home)
        for home in {p.citizen_id for p in pieces}
    }
    pieces = [
        Piece(p.citizen_id, p.earliest_min, p.latest_min, p.minutes, least[p.citizen_id]) for p in pieces
    ]
    for _ in range(draw(st.integers(0, 4))):
        early = draw(st.integers(*SHIFT))
        pieces.append(
            Piece(
                "c4",
                early,
                early + draw(st.integers(0, 60)),
                draw(st.integers(5, 40)),
                draw(st.integers(0, 12)),
            )
        )
    return pieces, made, duty(breaks)


@settings(max_examples=150, deadline=None)
@given(walked())
def test_a_round_that_can_be_walked_keeps_every_row(round_: tuple[list[Piece], set[int], Duty]) -> None:
    pieces, made, of = round_
    assert holds(pieces, made, of)


def test_two_visits_at_one_time_are_too_many() -> None:
    pieces = [Piece("c1", 480, 485, 30, 5), Piece("c2", 480, 485, 30, 5)]
    assert not holds(pieces, {0, 1}, duty())
    assert holds(pieces, {0}, duty())


def test_the_way_between_two_homes_takes_its_time() -> None:
    """Two half hours in an hour and five minutes: not when the second home is ten minutes away."""
    near = [Piece("c1", 480, 515, 30, 0), Piece("c2", 480, 515, 30, 0)]
    far = [Piece("c1", 480, 515, 30, 10), Piece("c2", 480, 515, 30, 10)]
    assert holds(near, {0, 1}, duty())
    assert not holds(far, {0, 1}, duty())


def test_a_break_that_cannot_lie_elsewhere_and_what_is_fixed_take_room() -> None:
    pieces = [Piece("c1", 480, 510, 30, 0), Piece("c2", 480, 510, 30, 0)]
    assert holds(pieces, {0, 1}, duty())
    assert not holds(pieces, {0, 1}, duty(breaks=((480, 540, 30),)))
    assert holds(pieces, {0, 1}, duty(breaks=((480, 700, 30),)))
    assert not holds(pieces, {0, 1}, duty(fixed=((490, 500),)))
