"""Everything a catalogue can show a person has a Danish and an English name."""

import re
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from models.catalogue import (
    Evidence,
    Interval,
    LatenessCall,
    NotHomeStep,
    Package,
    Rules,
    Scope,
    Screen,
    Source,
    StartDeadline,
)
from models.catalogue_words import CODES, FIELDS

PARTS = (Evidence, Interval, LatenessCall, NotHomeStep, Screen, Source, StartDeadline)


def codes_in(annotation: Any) -> set[str]:
    """All texts of the ``Literal`` types somewhere inside an annotation, models included."""
    if get_origin(annotation) is Literal:
        return {code for code in get_args(annotation) if isinstance(code, str)}
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {code for field in annotation.model_fields.values() for code in codes_in(field.annotation)}
    return {code for argument in get_args(annotation) for code in codes_in(argument)}


@pytest.mark.parametrize("model", [Package, Scope, Rules])
def test_every_field_and_every_code_has_a_name(model):
    assert set(model.model_fields) <= set(FIELDS)
    assert codes_in(model) <= set(CODES)


def test_no_name_is_left_over():
    used = {code for model in (Package, Scope, Rules) for code in codes_in(model)}
    assert set(CODES) == used
    assert set(FIELDS) == {field for model in (Package, Scope, Rules) for field in model.model_fields}


def test_every_field_and_every_code_is_explained_to_municipalities():
    page = (Path(__file__).parents[2] / "docs" / "catalogues.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"`([a-z_]+)`", page))
    fields = {field for model in (Package, Scope, Rules, *PARTS) for field in model.model_fields}
    assert fields - explained == set()
    assert set(CODES) - explained == set()
