"""Words of the team's list and its meetings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from delivery_app.i18n import N_, short_date, translator

#: Why a citizen stands on the agenda.
TOPIC_CAUSES: Mapping[str, str] = {
    "carer": N_("Proposed by a carer"),
    "planner": N_("Put on by the office"),
    "again": N_("To be looked at again"),
    "drift": N_("The package has not held for weeks"),
    "needs": N_("Changed needs"),
    "adverse": N_("Adverse events"),
    "not_home": N_("Nobody home several times"),
}
#: What a meeting can decide of a citizen.
DECISIONS: Mapping[str, str] = {
    "unchanged": N_("Goes on unchanged"),
    "within_package": N_("Adjusted within the package"),
    "ask_authority": N_("The authority is asked"),
    "again": N_("Looked at again at a later meeting"),
    "left_out": N_("Not taken up"),
}
#: To whom a message of the list is.
RECIPIENTS: Mapping[str, str] = {
    "team": N_("the team"),
    "tovholder": N_("the coordinator"),
    "planner": N_("the planner"),
}
#: Why a citizen's data is held back from deletion.
HOLD_REASONS: Mapping[str, str] = {
    "complaint": N_("a complaint"),
    "police": N_("the police"),
    "authority": N_("an authority or a court"),
    "other": N_("another case"),
}
#: How often a meeting comes again.
MEETING_REPEATS: Mapping[str, str] = {
    "week": N_("every week"),
    "fortnight": N_("every second week"),
    "month": N_("every month, on the same weekday of the month"),
}
#: Why a rule proposes a citizen, by rule; ``drift`` without an upper bound has a sentence of its own.
RULE_REASONS: Mapping[str, str] = {
    "drift": N_("{minutes} min. a week in {count} weeks in a row; package {package} has {least} to {most}"),
    "drift_open": N_(
        "{minutes} min. a week in {count} weeks in a row; package {package} has at least {least}"
    ),
    "needs": N_("Changed needs that nobody has answered: {count}, last on {date}"),
    "adverse": N_("Adverse events: {count}, last on {date}"),
    "not_home": N_("Visits at which nobody was home: {count}, last on {date}"),
}


class Reasoned(Protocol):
    """A topic of the agenda, as far as its reason goes."""

    cause: str
    words: str
    facts: dict[str, Any] | None


def topic_reason(topic: Reasoned, lang: str) -> str:
    """Why a citizen is on the agenda: somebody's own words, or a rule's reason in the reader's language."""
    return topic.words if topic.facts is None else rule_reason(topic.cause, topic.facts, lang)


def rule_reason(rule: str, facts: Mapping[str, Any], lang: str) -> str:
    """A rule's reason with the figures it rests on."""
    has_no_end = rule == "drift" and facts.get("most_min") is None
    last_on = facts.get("last_on")
    return translator(lang)(RULE_REASONS["drift_open" if has_no_end else rule]).format(
        count=facts.get("count", ""),
        date="" if last_on is None else short_date(date.fromisoformat(last_on), lang),
        minutes=facts.get("mean_min", ""),
        package=facts.get("package", ""),
        least=facts.get("least_min", ""),
        most=facts.get("most_min", ""),
    )
