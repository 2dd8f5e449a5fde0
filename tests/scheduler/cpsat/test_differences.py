"""Numbers under difference constraints at the least cost, against trying every value."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.cpsat.differences import ZERO, Differences

REACH = 4


@dataclass(frozen=True)
class Term:
    """max(0, x(a) − x(b) − c) at a price; a constraint where the price is None."""

    a: int
    b: int
    c: int
    price: int | None

    def above(self, values: tuple[int, ...]) -> int:
        return max(0, values[self.a] - values[self.b] - self.c)


def cost(terms: list[Term], values: tuple[int, ...]) -> int:
    return sum(term.price * term.above(values) for term in terms if term.price is not None)


def allowed(terms: list[Term], values: tuple[int, ...]) -> bool:
    return all(term.above(values) == 0 for term in terms if term.price is None)


def solved(present: tuple[int, ...], terms: list[Term], frozen: tuple[int, ...] = ()) -> tuple[int, ...]:
    program = Differences()
    for value in present[1:]:
        program.between(program.number(value), -REACH, REACH)
    for term in terms:
        if term.price is None:
            program.at_most(term.a, term.b, term.c)
        else:
            program.priced(term.a, term.b, term.c, term.price)
    found = program.best(frozen)
    return present if found is None else tuple(found)


@st.composite
def programs(draw: st.DrawFn) -> tuple[tuple[int, ...], list[Term]]:
    present = (0, *draw(st.lists(st.integers(-REACH, REACH), min_size=1, max_size=4)))
    index = st.integers(0, len(present) - 1)
    terms = draw(
        st.lists(
            st.builds(Term, index, index, st.integers(-5, 5), st.none() | st.integers(1, 9)).filter(
                lambda term: term.a != term.b
            ),
            max_size=9,
        )
    )
    return present, terms


@settings(max_examples=150, deadline=None)
@given(programs())
def test_no_values_cost_less(drawn):
    present, terms = drawn
    kept = [term for term in terms if term.price is not None or term.above(present) == 0]
    found = solved(present, kept)
    assert found[ZERO] == 0
    assert allowed(kept, found)
    spans = [range(-REACH, REACH + 1)] * (len(present) - 1)
    others = [(0, *values) for values in product(*spans)]
    assert cost(kept, found) == min(cost(kept, values) for values in others if allowed(kept, values))


@settings(max_examples=80, deadline=None)
@given(programs())
def test_what_breaks_a_constraint_stays_where_it_is(drawn):
    present, terms = drawn
    found = solved(present, terms)
    for term in terms:
        if term.price is None and term.above(present) > 0:
            assert (found[term.a], found[term.b]) == (present[term.a], present[term.b])
        elif term.price is None:
            assert term.above(found) == 0


@settings(max_examples=40, deadline=None)
@given(programs())
def test_frozen_numbers_keep_their_values(drawn):
    present, terms = drawn
    assert solved(present, terms, tuple(range(1, len(present)))) == present


def test_of_equal_values_the_least_are_taken():
    program = Differences()
    number = program.number(3)
    program.between(number, 0, 9)
    program.priced(number, ZERO, 5, 1)
    assert program.best() == [0, 0]


def test_without_prices_there_is_nothing_to_find():
    program = Differences()
    program.between(program.number(3), 0, 9)
    assert program.best() is None


def test_distance_has_a_price_on_both_sides():
    for present in (0, 9):
        program = Differences()
        number = program.number(present)
        program.between(number, 0, 9)
        program.distance(number, ZERO, 4, 0.2)
        assert program.best() == [0, 4]
