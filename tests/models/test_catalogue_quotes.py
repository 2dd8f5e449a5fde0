"""No value of a published catalogue stands alone: the source's own words are beside it."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from models.catalogue import CATALOGUE_FOLDER, list_catalogues

PUBLISHED = ("albertslund", "lolland", "aalborg", "jammerbugt")


def values_in(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Every field of a package, the scope or the rules, with the table that stands there."""
    for field, table in node.items():
        for number, member in enumerate(table if isinstance(table, list) else [table]):
            yield (*path, field, str(number)), member


def published_values(name: str) -> list[tuple[tuple[str, ...], Any]]:
    raw = tomllib.loads((CATALOGUE_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    found: list[tuple[tuple[str, ...], Any]] = []
    for code, package in raw["packages"].items():
        found.append(((code,), {key: package.get(key) for key in ("name", "quote", "source")}))
        fields = {k: v for k, v in package.items() if k not in ("name", "quote", "source", "note")}
        found += values_in(fields, (code,))
    found += values_in(raw.get("scope", {}), ("scope",))
    found += values_in(raw.get("rules", {}), ("rules",))
    return found


@pytest.mark.parametrize("name", PUBLISHED)
def test_beside_every_value_stand_the_sources_own_words(name):
    values = published_values(name)
    assert len(values) > 60
    for path, table in values:
        assert isinstance(table, dict), path
        if table.get("default"):
            assert path[1] == "two_carers_count", f"{path}: only this may be an assumption"
            assert table["note"]["da"], path
            assert table["note"]["en"], path
        else:
            assert len(table["quote"]) >= 5 or table["quote"] in ("1", "2"), path
            assert table["source"], path


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_number_stands_in_its_quotation(name):
    """A figure that the words beside it do not say would be made up."""
    spelled = {"30": "halv time"}
    for path, table in published_values(name):
        for field in ("value", "days", "minutes", "min_hours", "max_hours"):
            number = table.get(field) if not table.get("default") else None
            if isinstance(number, int | float) and not isinstance(number, bool):
                written = f"{number:g}".replace(".", ",")
                assert written in table["quote"] or spelled.get(written, "#") in table["quote"], path


def test_no_municipality_publishes_how_two_carers_count():
    for catalogue in list_catalogues():
        for package in catalogue.packages:
            if catalogue.id in PUBLISHED and package.is_plannable:
                assert package.two_carers_count is not None
                assert package.two_carers_count.value == "both"
                assert package.two_carers_count.default is True
