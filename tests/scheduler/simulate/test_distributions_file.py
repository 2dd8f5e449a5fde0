"""The file of distributions: read, written, every mistake told, and learned from what was delivered."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.message import ProblemError
from scheduler.pack import PackErrors
from scheduler.problem import MODES, SERVICES
from scheduler.simulate import Distributions, Measured, Spread, distributions_text, fitted, read_distributions
from scheduler.simulate.fitting import spread_of

HEAD = 'format = "distributions/1"\n'


def read(tmp_path: Path, text: str) -> Distributions:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return read_distributions(path)


def mistakes(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(PackErrors) as caught:
        read(tmp_path, text)
    return str(caught.value).splitlines()


def test_the_programs_own_file_says_where_each_figure_is_from():
    own = read_distributions()
    assert {"other", "personal_care"} <= set(own.visit)
    assert set(own.travel) == {"other", *MODES}
    for spread in (*own.visit.values(), *own.travel.values()):
        assert spread.source
        assert spread.cv > 0


def test_what_has_no_table_is_as_other(tmp_path):
    found = read(tmp_path, HEAD + "[visit.other]\nmean = 1.2\ncv = 0.1\n[visit.training]\nmean = 1\ncv = 0\n")
    assert found.of_service("training") == Spread(1, 0)
    assert found.of_service("safety") == Spread(1.2, 0.1)
    assert found.of_mode("car") == Spread()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ["format: the value is missing"]),
        ('format = "distributions/7"\n', ["format: 'distributions/7'", "distributions/1"]),
        (HEAD + "[visit.other]\nmean = 0\ncv = 0.1\n", ["visit.other: mean: 0 is not from 0.1 to 10"]),
        (HEAD + "[visit.other]\nmean = 1\ncv = -0.1\n", ["visit.other: cv: -0.1"]),
        (HEAD + "[visit.other]\nmean = 1\ncv = nan\n", ["visit.other: cv: nan"]),
        (HEAD + "[visit.other]\nmean = 1\ncv = 0.1\nday_cv = 4\n", ["day_cv: 4 is not from 0"]),
        (HEAD + "[visit.other]\nmean = 1\n", ["visit.other.cv: the value is missing"]),
        (HEAD + '[visit.other]\nmean = "1"\ncv = 0.1\n', ["visit.other.mean: ", "is not a number"]),
        (HEAD + "[visit.other]\nmean = 2026-11-30\ncv = 0.1\n", ["visit.other.mean: ", "is not a number"]),
        (HEAD + "[visit.cooking]\nmean = 1\ncv = 0.1\n", ["visit: 'cooking' is none of", "personal_care"]),
        (
            HEAD + "[travel.horse]\nmean = 1\ncv = 0.1\n",
            ["travel: 'horse' is none of bike, car, foot, other"],
        ),
        (HEAD + "[visit.other]\nmean = 1\ncv = 0.1\nsd = 1\n", ["visit.other: 'sd' is not a key here"]),
        (HEAD + "[visits.other]\nmean = 1\n", ["'visits' is not a key here; did you mean visit?"]),
        (HEAD + "visit = 3\n", ["visit: 3 is not an object"]),
        (HEAD + "[visit]\nother = 3\n", ["visit.other: 3 is not an object"]),
        (HEAD + "mean = \n", ["line 2", "cannot be read as TOML"]),
    ],
)
def test_mistakes_are_told(tmp_path, text, told):
    (line,) = mistakes(tmp_path, text)
    assert line.startswith("mine.toml")
    for part in told:
        assert part in line


def test_all_mistakes_at_once(tmp_path):
    text = 'format = "x"\n[visit.cooking]\n[visit.other]\nmean = 99\ncv = 0\n[travel.car]\nmean = 1\ncv = "much"\n'
    assert len(mistakes(tmp_path, text)) == 4


def test_a_file_that_is_no_text_or_not_there(tmp_path):
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe")
    for name, reason in (("bad.toml", "UTF-8"), ("none.toml", "cannot be read")):
        with pytest.raises(PackErrors, match=reason):
            read_distributions(tmp_path / name)


SPREADS = st.builds(
    Spread,
    st.floats(0.1, 10),
    st.floats(0, 3),
    st.floats(0, 3),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=8).map(str.strip),
)


def tables(names: tuple[str, ...]) -> st.SearchStrategy[dict[str, Spread]]:
    rest = st.dictionaries(st.sampled_from(names), SPREADS, max_size=3)
    return st.tuples(SPREADS, rest).map(lambda both: {"other": both[0], **both[1]})


@settings(max_examples=50, deadline=None)
@given(st.builds(Distributions, tables(SERVICES), tables(MODES)))
def test_written_and_read_back(tmp_path_factory, of: Distributions):
    text = distributions_text(of)
    found = read(tmp_path_factory.mktemp("d"), text)
    assert found == of
    assert distributions_text(found) == text


def test_distributions_made_by_code_are_checked():
    with pytest.raises(ProblemError, match="cooking"):
        Distributions({"other": Spread(), "cooking": Spread()})
    with pytest.raises(ProblemError, match=r"\[travel.other\] is missing"):
        Distributions(travel={"car": Spread()})


def measured(
    spread: Spread, days: int, a_day: int, kind: str = "visit", name: str = "training"
) -> list[Measured]:
    """Visits drawn from a distribution."""
    chance = Random(5)
    rows = []
    for day in range(days):
        common = chance.gauss(0, spread.day_sigma)
        for _ in range(a_day):
            ratio = 2.718281828459045 ** (spread.centre + common + chance.gauss(0, spread.sigma))
            planned = chance.choice((10, 20, 45))
            rows.append(Measured(kind, name, day, planned, planned * ratio))
    return rows


@pytest.mark.parametrize(
    "spread", [Spread(1.1, 0.3, 0.15), Spread(0.9, 0.5, 0), Spread(1, 0, 0.2), Spread(1, 0.2)]
)
def test_what_was_drawn_is_learned(spread):
    found = spread_of(measured(spread, 150, 20))
    assert found.mean == pytest.approx(spread.mean, rel=0.04)
    assert found.cv == pytest.approx(spread.cv, abs=0.03)
    assert found.day_cv == pytest.approx(spread.day_cv, abs=0.04)
    assert found.source == "learned from 3000 rows of 150 dates"


def test_unequal_dates_are_weighed():
    rows = measured(Spread(1, 0.3, 0.2), 200, 12)
    uneven = [row for number, row in enumerate(rows) if row.day % 3 == 0 or number % 4 == 0]
    found = spread_of(uneven)
    assert found.cv == pytest.approx(0.3, abs=0.03)
    assert found.day_cv == pytest.approx(0.2, abs=0.05)


def test_one_date_or_one_row_a_date_tell_nothing_of_dates():
    assert spread_of(measured(Spread(1, 0.3), 1, 500)).day_cv == 0
    found = spread_of(measured(Spread(1, 0.3), 500, 1))
    assert found.day_cv == 0
    assert found.cv == pytest.approx(0.3, abs=0.04)
    assert spread_of([Measured("visit", "training", 0, 10, 15)]) == Spread(
        1.5, 0, 0, "learned from 1 rows of 1 dates"
    )


def test_few_rows_change_nothing_and_others_are_learned_from_all():
    before = Distributions(
        {"other": Spread(), "safety": Spread(1, 0.9)}, {"other": Spread(), "car": Spread(1.3)}
    )
    rows = [*measured(Spread(1.2, 0.3), 10, 5), *measured(Spread(2, 0.1), 2, 5, name="safety")]
    found = fitted(rows, before)
    assert found.of_service("training").mean == pytest.approx(1.2, rel=0.1)
    assert found.of_service("safety") == Spread(1, 0.9)
    assert found.of_service("personal_care").mean == pytest.approx((50 * 1.2 + 10 * 2) / 60, rel=0.1)
    assert found.travel == before.travel
    assert fitted(rows, before, least_rows=5).of_service("safety").mean == pytest.approx(2, rel=0.1)
    assert fitted([], before) == before


@pytest.mark.parametrize(
    ("row", "named"),
    [
        (("visit", "training", 0, 0, 10), "0 minutes"),
        (("visit", "training", 0, 10, -1), "-1 minutes"),
        (("visit", "training", 0, 10, float("nan")), "nan minutes"),
        (("visit", "car", 0, 10, 10), "car"),
        (("meeting", "training", 0, 10, 10), "meeting"),
    ],
)
def test_rows_that_cannot_be_learned_from(row, named):
    with pytest.raises(ProblemError, match=named):
        Measured(*row)


def test_nothing_is_learned_from_no_rows():
    with pytest.raises(ProblemError, match="no visits"):
        spread_of([])
