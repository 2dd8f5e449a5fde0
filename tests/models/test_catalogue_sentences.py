"""The sentences about a catalogue's mistakes can be translated; there is one for whatever a file holds."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import catalogue_errors
from models.catalogue import (
    CATALOGUE_FOLDER,
    CatalogueError,
    CatalogueProblem,
    parse_catalogue,
)
from models.catalogue_problems import show

EXAMPLE = (CATALOGUE_FOLDER / "example.toml").read_text(encoding="utf-8")


#: Why a file cannot be opened: they stand inside a sentence that names it.
REASONS = {"NO_SUCH_FILE", "NOT_READABLE_BY_YOU", "IS_A_FOLDER"}
MSGIDS = {
    name: text for name, text in vars(catalogue_errors).items() if name.isupper() and name not in REASONS
}


@pytest.mark.parametrize("name", MSGIDS)
def test_every_sentence_is_a_template_that_names_its_file(name):
    names = {field for _, field, _, _ in string.Formatter().parse(MSGIDS[name]) if field}
    assert "file" in names
    assert names <= {
        "file",
        "where",
        "field",
        "value",
        "expected",
        "line",
        "min_hours",
        "max_hours",
        "field_given",
        "field_needed",
    }


def problems_in(text: str) -> tuple[CatalogueProblem, ...]:
    try:
        assert parse_catalogue(text, "example.toml").id == "example"
    except CatalogueError as error:
        return error.problems or (CatalogueProblem("an error that says nothing"),)
    return ()


def test_a_problem_is_shown_in_another_language_from_its_parts():
    (problem,) = problems_in(EXAMPLE.replace("days = 2,", "days = 2.5,"))
    assert problem.msgid == catalogue_errors.NOT_WHOLE
    danish = {catalogue_errors.NOT_WHOLE: "{file}: {where}: {value} er ikke et helt tal"}
    shown = problem.render(lambda msgid: danish[msgid])
    assert shown == "example.toml: [packages.lille] start_deadlines #1.days: 2.5 er ikke et helt tal"
    assert str(problem) == problem.msgid.format(**problem.values)


# ----------------------------------------------------------------------------------- whatever a file holds

NAMES = sorted(set(re.findall(r"[a-z_]{4,}", EXAMPLE)))
TOML_VALUES = st.sampled_from(
    ["3", "-1", "1e9", "true", '"x"', "[]", "[1]", "{}", "{ value = 1 }", "2026-01-01", "inf"]
)


@given(line=st.integers(0, len(EXAMPLE.splitlines()) - 1), name=st.sampled_from(NAMES), value=TOML_VALUES)
def test_any_line_put_anywhere_is_either_read_or_told(line, name, value):
    lines = EXAMPLE.splitlines()
    lines.insert(line, f"{name} = {value}")
    problems = problems_in("\n".join(lines))
    assert all(str(problem).startswith("example.toml: ") for problem in problems)
    assert catalogue_errors.OTHER not in {problem.msgid for problem in problems}


def test_values_are_shown_as_a_file_writes_them():
    assert show(True) == "true"
    assert show("a") == '"a"'
    assert show(["day", 3]) == '["day", 3]'
    assert show({"value": 7}) == "{ value = 7 }"
    assert len(show("x" * 500)) == 60
