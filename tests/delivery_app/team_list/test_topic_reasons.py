"""A rule's reason on the agenda is kept as figures and read in the reader's language; so is what was kept before."""

from __future__ import annotations

import importlib
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from delivery_app.i18n import short_date
from delivery_app.team_texts import rule_reason, topic_reason
from models.tables import MeetingTopic

moved = importlib.import_module("models.migrations.versions.0026_topic_facts")
PUT_ON = date(2026, 12, 2)
COUNTED = {"count": 3, "last_on": "2026-11-28"}
DRIFT = {"count": 5, "mean_min": 340, "least_min": 60, "most_min": 180, "package": "let støtte"}


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        ("needs", COUNTED),
        ("adverse", COUNTED),
        ("not_home", {**COUNTED, "last_on": "2026-05-06"}),
        ("drift", DRIFT),
        ("drift", {**DRIFT, "most_min": None}),
    ],
)
def test_what_was_kept_as_a_sentence_becomes_its_figures(
    lang: str, rule: str, facts: dict[str, object]
) -> None:
    """In whichever language it was written, it is read in either from then on."""
    sentence = rule_reason(rule, facts, lang)
    assert moved.facts_in(sentence, PUT_ON) == facts


def test_a_date_of_before_new_year_is_of_the_year_before() -> None:
    sentence = rule_reason("adverse", {"count": 1, "last_on": "2026-12-30"}, "da")
    assert moved.facts_in(sentence, date(2027, 1, 4)) == {"count": 1, "last_on": "2026-12-30"}


def test_words_that_are_no_rules_stay() -> None:
    assert moved.facts_in("Vil gerne tale om bad", PUT_ON) is None


def put(**given: Any) -> MeetingTopic:
    somebody = uuid4()
    return MeetingTopic(
        municipality_id=somebody,
        team_id=somebody,
        citizen_id=somebody,
        put_by=somebody,
        put_at=datetime(2026, 12, 1, tzinfo=UTC),
        **given,
    )


def test_the_reason_is_read_in_the_readers_language() -> None:
    topic = put(cause="adverse", facts=COUNTED)
    for lang, begins in (("da", "Utilsigtede hændelser: 3"), ("en", "Adverse events: 3")):
        said = topic_reason(topic, lang)
        assert said.startswith(begins)
        assert said.endswith(short_date(date(2026, 11, 28), lang))
    assert topic_reason(put(cause="planner", words="Ny i teamet"), "en") == "Ny i teamet"
