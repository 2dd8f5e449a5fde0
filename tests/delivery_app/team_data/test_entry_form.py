"""Forms: what people type becomes what packs write, and two people's changes are put together without a loss."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery_app.bridge.cells import CellErrors, Message
from delivery_app.i18n import translator
from delivery_app.planner.entry_form import Entry, EntryForm, Group, as_clock, filled, put_together
from delivery_app.planner.form_words import IN_FORMS, in_form

GROUPS = (Group("", (Entry("a", "A"), Entry("b", "B"), Entry("c", "C"))),)
TEXTS = st.fixed_dictionaries({name: st.sampled_from(("", "1", "2", "3")) for name in "abc"})


@pytest.mark.parametrize(
    ("typed", "read"),
    [("7", "07:00"), ("7.30", "07:30"), ("0730", "07:30"), ("7:5", "7:5"), ("24:30", "24:30"), ("730", "07:30"),
     ("kl. 7", "kl. 7"), ("", ""), ("25:77", "25:77")],
)  # fmt: skip
def test_times_as_people_type_them(typed: str, read: str) -> None:
    assert as_clock(typed) == read


@given(before=TEXTS, typed=TEXTS, now=TEXTS)
def test_nothing_of_either_is_lost(
    before: dict[str, str], typed: dict[str, str], now: dict[str, str]
) -> None:
    form = EntryForm(GROUPS, dict(typed), "1", before=dict(before))
    found = put_together(form, now, 2, "bo")
    for name in "abc":
        mine, theirs = typed[name] != before[name], now[name] != before[name]
        if mine:
            assert found.values[name] == typed[name]
        else:
            assert found.values[name] == now[name]
        if theirs and now[name] != typed[name]:
            assert found.others[name] == now[name]
        assert (name in found.both) == (mine and theirs and now[name] != typed[name])
    # Saving again is judged against what is saved now.
    assert (found.before, found.row_version) == (now, "2")


def test_mistakes_stand_beside_their_fields_in_the_forms_words() -> None:
    form = filled(GROUPS, {"a": "x"})
    form.fail(
        CellErrors(
            {"b": [Message("the cell is empty; it must be filled in", {"value": ""})], "z": [Message("odd")]}
        ),
        "en",
    )
    assert form.errors == {"b": "This is missing; fill it in", "a": "Odd"}


@pytest.mark.parametrize("template", list(IN_FORMS))
def test_no_form_speaks_of_columns(template: str) -> None:
    values = dict.fromkeys(
        ("value", "start", "end", "later", "minutes", "least", "first", "other", "line"), "1"
    )
    values |= {"columns": "x", "wish": "off", "kind": "x", "file": "x.csv", "guess": "x", "hint": ""}
    for lang in ("da", "en"):
        said = in_form(Message(template, values), lang)
        for column in (
            "window_",
            "break_from",
            "gap_min",
            ".csv",
            "'any'",
            "the cell",
            "cellen",
            "first_visit",
        ):
            assert column not in said
    # What is replaced is a sentence that the checks really say.
    assert translator("da")(template) != template
    assert translator("da")(IN_FORMS[template]) != IN_FORMS[template]
