"""The Danish catalogue is complete, up to date, compiled, and names the same values as the English."""

from __future__ import annotations

import ast
import gettext
import io
from pathlib import Path

import pytest

from delivery_app import locale_tools, texts
from delivery_app.i18n import translations, translator
from models.errors import RememberingError
from scheduler.message import ProblemError

ROOT = Path(__file__).parents[2]
ADVICE = "run: python -m delivery_app.locale_tools update, and translate what is new"


@pytest.fixture(scope="module")
def extracted():
    return locale_tools.extract()


@pytest.fixture(scope="module")
def danish():
    return locale_tools.read_danish()


def ids(catalog) -> set[str]:
    return {str(message.id) for message in catalog if message.id}


def test_extraction_finds_every_kind_of_place(extracted) -> None:
    places = {path for message in extracted for path, _ in message.locations}
    for folder in ("scheduler/pack", "scheduler/rules", "models", "delivery_app/cli", "delivery_app"):
        assert any(place.startswith(folder) for place in places), folder
    assert any(place.startswith("templates/") and place.endswith(".html") for place in places)


def test_catalogue_holds_exactly_what_is_said(extracted, danish) -> None:
    assert ids(extracted) - ids(danish) == set(), ADVICE
    assert ids(danish) - ids(extracted) == set(), ADVICE


def test_every_sentence_has_danish(danish) -> None:
    assert locale_tools.untranslated(danish) == [], ADVICE
    assert [message.id for message in danish if message.fuzzy and message.id] == []


def test_danish_names_the_same_values(danish) -> None:
    assert locale_tools.mismatches(danish) == []


def test_a_wrong_name_would_be_noticed(extracted) -> None:
    catalog = locale_tools.Catalog(locale="da")
    catalog.add("there is no {kind}", "der er ingen {slags}")
    catalog.add("%(count)s visits", "%(antal)s besøg")
    catalog.add("{a} and {b}", "{b} og {a}")
    assert len(locale_tools.mismatches(catalog)) == 2
    catalog.add("new", "")
    assert locale_tools.untranslated(catalog) == ["new"]


def test_files_are_as_the_tool_writes_them(extracted, danish) -> None:
    catalog = locale_tools.updated(danish, extracted)
    assert locale_tools.po_bytes(catalog) == locale_tools.PO_FILE.read_bytes(), ADVICE
    compiled = gettext.GNUTranslations(io.BytesIO(locale_tools.MO_FILE.read_bytes()))
    expected = gettext.GNUTranslations(io.BytesIO(locale_tools.mo_bytes(catalog)))
    assert vars(compiled)["_catalog"] == vars(expected)["_catalog"], ADVICE


def test_translations_are_read_where_the_program_looks() -> None:
    assert translator("da")("Usage:") == "Brug:"
    assert translator("en")("Usage:") == "Usage:"
    assert translator("da")("") == ""
    assert translations("da").ngettext("%(num)s visit", "%(num)s visits", 2) == "%(num)s besøg"


def sources() -> list[Path]:
    return [
        path for folder in ("scheduler", "models", "delivery_app") for path in (ROOT / folder).rglob("*.py")
    ]


def test_every_error_that_is_shown_is_extracted() -> None:
    """A new kind of error with a sentence has to be told to the extraction."""
    bases = {ProblemError.__name__, RememberingError.__name__}
    classes = [node for path in sources() for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    known = set(bases)
    for _ in range(4):  # classes of classes
        for node in classes:
            if isinstance(node, ast.ClassDef) and {getattr(base, "id", "") for base in node.bases} & known:
                known.add(node.name)
    assert known - set(locale_tools.MESSAGE_CALLS) - locale_tools.OWN_SENTENCES == set()


def is_plain(node: ast.expr) -> bool:
    """A literal, or something named: a constant that is marked where it stands, or what was handed on."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    if isinstance(node, ast.Call):
        return getattr(node.func, "id", "") in ("N_", "msg")
    return isinstance(node, ast.Name | ast.Attribute | ast.Subscript)


def test_sentences_are_plain_literals() -> None:
    """What is put together, or chosen, inside the call would be extracted wrongly."""
    wrong = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in (*locale_tools.MESSAGE_CALLS, "N_", "_") and not is_plain(node.args[0]):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert wrong == []


def test_no_sentence_hides_where_the_extraction_does_not_look(danish) -> None:
    """Inside an f-string a sentence is not extracted by every version of Python."""
    known = ids(danish) | {str(message.id[0]) for message in danish if isinstance(message.id, tuple | list)}
    missing = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in (*locale_tools.MESSAGE_CALLS, "N_", "_") and node.args[0].value not in known:
                missing.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert missing == []


def test_every_code_of_the_domain_has_words() -> None:
    from dataclasses import fields

    from scheduler.feasibility import CAPACITY
    from scheduler.problem import MODALITIES, MODES, SERVICES, Weights
    from scheduler.qualifications import NEED_QUALIFICATIONS
    from scheduler.roster import Figures
    from scheduler.rules.violation import RULE_NUMBERS

    assert set(texts.RULES) == set(RULE_NUMBERS)
    assert set(texts.SERVICES) == set(SERVICES)
    assert set(texts.MODES) == set(MODES)
    assert set(texts.MODALITIES) == set(MODALITIES)
    assert set(texts.QUALIFICATIONS) == set(NEED_QUALIFICATIONS)
    assert set(texts.TERMS) == {weight.name for weight in fields(Weights)}
    assert set(texts.FIGURES) == {figure.name for figure in fields(Figures)} - {"terms"}
    assert CAPACITY in texts.UNPLACED
    assert texts.say(texts.MODES, "boat", str) == "boat"
