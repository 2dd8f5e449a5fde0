"""The rows of a team pack's packages.csv, and the example a municipality copies (C31, C32, S2, S9)."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from models.catalogue import (
    CATALOGUE_FOLDER,
    PACKAGE_COLUMNS,
    Catalogue,
    list_catalogues,
    load_catalogue,
    resolve_packages,
)


@pytest.fixture(scope="module")
def catalogues() -> dict[str, Catalogue]:
    return {catalogue.id: catalogue for catalogue in list_catalogues()}


def test_rows_have_the_packs_columns_as_text(catalogues):
    for catalogue in catalogues.values():
        for provider in ("municipal", "private"):
            for row in resolve_packages(catalogue, provider):
                assert tuple(row) == PACKAGE_COLUMNS
                assert all(isinstance(cell, str) for cell in row.values())


@pytest.mark.parametrize("provider", ["municipal", "private"])
def test_rows_of_albertslund(catalogues, provider):
    assert [list(row.values()) for row in resolve_packages(catalogues["albertslund"], provider)] == [
        ["rehabilitering", "", "", "600", "yes", "210", "no", "both"],
        ["let", "0", "yes", "180", "", "84", "yes", "both"],
        ["moderat", "180", "", "600", "", "336", "yes", "both"],
        ["omfattende", "600", "", "1200", "", "882", "yes", "both"],
        ["fuldstaendig", "1200", "", "", "", "1722", "yes", "both"],
    ]


def test_rows_of_jammerbugt_have_no_care_centres_and_no_averages(catalogues):
    assert [list(row.values()) for row in resolve_packages(catalogues["jammerbugt"])] == [
        ["1", "", "", "120", "no", "", "", "both"],
        ["2", "120", "yes", "480", "", "", "", "both"],
        ["3", "480", "", "780", "", "", "", "both"],
        ["4", "780", "", "1440", "yes", "", "", "both"],
        ["4plus", "1440", "no", "", "", "", "", "both"],
    ]


def test_rows_without_any_published_hours_have_no_bounds(catalogues):
    for name, codes in (
        ("aalborg", ["A", "B", "C", "D", "E"]),
        ("lolland", ["praktisk", "niveau2", "niveau3", "niveau4", "forebyggelse"]),
    ):
        rows = resolve_packages(catalogues[name])
        assert [row["package"] for row in rows] == codes
        for row in rows:
            hours = [row[c] for c in PACKAGE_COLUMNS[1:6]]
            assert hours == [""] * 5


def test_in_aalborg_only_the_municipal_provider_has_screen_visits(catalogues):  # S9
    aalborg = catalogues["aalborg"]
    assert {row["screen"] for row in resolve_packages(aalborg, "municipal")} == {"yes"}
    assert {row["screen"] for row in resolve_packages(aalborg, "private")} == {"no"}


def test_an_unknown_kind_of_provider_is_refused(catalogues):
    with pytest.raises(ValueError, match="'public'; write municipal or private"):
        resolve_packages(catalogues["aalborg"], "public")  # type: ignore[arg-type]


# ----------------------------------------------------------------------------------------- the example


def test_the_example_loads_and_shows_what_a_file_can_say(catalogues):
    example = catalogues["example"]
    assert [list(row.values()) for row in resolve_packages(example, "private")] == [
        ["lille", "0", "yes", "240", "no", "150", "yes", "once"],
        ["stor", "240", "yes", "", "", "", "no", "both"],
        ["genoptraening", "", "", "", "", "", "", "both"],
    ]
    deadline = example.package("lille").start_deadlines[1]
    assert (deadline.days, deadline.day_kind, deadline.clock_starts) == (7, "working", "order_received")


def test_the_folder_lists_all_five_by_name():
    assert [c.id for c in list_catalogues()] == ["aalborg", "albertslund", "example", "jammerbugt", "lolland"]


def test_a_catalogue_cannot_be_changed_after_loading(catalogues):
    with pytest.raises(ValidationError, match="frozen"):
        catalogues["albertslund"].package("let").average_hours.value = 2.0


def test_an_unknown_package_is_answered_with_the_known_ones(catalogues):
    with pytest.raises(KeyError, match="no package 'lett'; it has rehabilitering, let, moderat"):
        catalogues["albertslund"].package("lett")


def test_a_copy_needs_only_a_new_name_and_id(tmp_path: Path):  # C32: no code for a new municipality
    text = (CATALOGUE_FOLDER / "example.toml").read_text(encoding="utf-8")
    copy = tmp_path / "nyby.toml"
    copy.write_text(text.replace('id = "example"', 'id = "nyby"'), encoding="utf-8")
    assert load_catalogue(copy).id == "nyby"
