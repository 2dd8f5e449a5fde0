"""The judge's answer to an edit, as a page shows it: what became of it, who made way, what it costs, what forbids it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from delivery_app.bridge.edits import LoggedEdit
from delivery_app.i18n import N_, translator
from delivery_app.planner.naming import command_words, said, visit_name
from delivery_app.services.editing import REDO, UNDO, Outcome
from delivery_app.texts import RULES, TERMS, say
from delivery_app.views.plan import Plan
from scheduler.clock import DAY_MIN, format_clock
from scheduler.edit import Edit, Shifted, Unplace
from scheduler.rules import Violation

#: Of the others that make way, so many are named.
NAMED_MOST = 6


@dataclass(frozen=True)
class Broken:
    """A rule that stands in the way, or is only warned of."""

    rule: str
    sentence: str


@dataclass(frozen=True)
class Term:
    """A part of the price that changes, in minutes of a carer's time."""

    name: str
    change: float


@dataclass(frozen=True)
class Answer:
    """``kind``: saved, undone, redone, tried, unchanged, refused, conflict or wrong (``title`` says it all).

    ``broken``: what forbids it. ``nearest`` remarks why it was done, but not at the very time that was asked for.
    """

    kind: str
    title: str
    what: str = ""
    nearest: str = ""
    broken: tuple[Broken, ...] = ()
    warned: tuple[Broken, ...] = ()
    shifted: tuple[str, ...] = ()
    shifted_more: int = 0
    cost: float | None = None
    terms: tuple[Term, ...] = ()
    #: What others did in the meantime.
    others: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether the draft is now as it was asked for."""
        return self.kind in ("saved", "undone", "redone", "tried")


TITLES = {
    "saved": N_("Done"),
    "undone": N_("Taken back"),
    "redone": N_("Done again"),
    "unchanged": N_("It stays as it is"),
    "refused": N_("Not done: it would break a rule"),
    "tried": N_("Only tried: nothing is saved"),
    "conflict": N_("Not done: somebody else was there first"),
}
_KINDS = {"edit": "saved", "undo": "undone", "redo": "redone"}


def answer_of(plan: Plan, outcome: Outcome, lang: str) -> Answer:
    """The answer to an edit that was made, or would break a rule; ``plan`` is the draft before it."""
    kind = _KINDS[outcome.kind] if outcome.saved else "refused"
    if outcome.saved and outcome.edit.patch.is_empty:
        kind = "unchanged"
    others = tuple(f"{row.who}: {command_words(plan, row.command, lang)}" for row in outcome.others)
    found = _answer(plan, outcome.edit, kind, lang, others)
    remark = _agreed(plan, outcome, kind)
    return replace(found, nearest=translator(lang)(remark)) if remark else found


def _agreed(plan: Plan, outcome: Outcome, kind: str) -> str:
    """The remark on a visit that was left out for one week, which is the team's data, too."""
    command = outcome.edit.command
    if not isinstance(command, Unplace):
        return ""
    need = outcome.stored.plan.problem.need_by_id.get(command.need_id)
    was = plan.problem.need_by_id.get(command.need_id)
    if need is None or was is None:
        return ""
    if command.day not in need.not_on:
        if kind == "undone" and command.day in was.not_on:
            return N_("The visit falls again: its date is taken out of the need, and the journal says so.")
        if kind == "refused" and outcome.kind == REDO:
            return N_("Leave it out from the visit's menu: grounds are needed, and who agreed to it.")
        return ""
    if kind == "saved":
        return N_(
            "The visit does not fall this week: the need keeps the date, also when the week is planned again, "
            "and the citizen's journal the grounds. Undo brings the visit back, and takes the date out of the need."
        )
    if kind == "refused" and outcome.kind == UNDO:
        return N_(
            "By the citizen's need the visit does not fall on that date. Take the date out of the need first; "
            "then this step can be taken back. The journal keeps what was agreed."
        )
    return ""


def tried(plan: Plan, edit: Edit, lang: str) -> Answer:
    """The answer to an edit that is only tried."""
    return _answer(plan, edit, "refused" if edit.broken else "tried", lang)


def conflict(plan: Plan, edits: Sequence[LoggedEdit], sentence: str, lang: str) -> Answer:
    """The answer when somebody else has changed the same visit."""
    others = tuple(f"{row.who}: {command_words(plan, row.command, lang)}" for row in edits)
    return Answer("conflict", translator(lang)(TITLES["conflict"]), sentence, others=others)


def wrong(sentence: str) -> Answer:
    """The answer to what makes no sense."""
    return Answer("wrong", sentence)


def _answer(plan: Plan, edit: Edit, kind: str, lang: str, others: tuple[str, ...] = ()) -> Answer:
    translate = translator(lang)
    shown = kind not in ("refused", "unchanged")
    in_the_way = _broken(plan, edit.in_the_way, lang) if kind != "refused" else ()
    return Answer(
        kind,
        translate(TITLES[kind]),
        command_words(plan, edit.command, lang),
        _nearest(edit, kind, in_the_way, lang),
        broken=_broken(plan, edit.broken, lang) or (() if shown else in_the_way),
        warned=_broken(plan, edit.warned, lang) if shown else (),
        shifted=tuple(_shifted(plan, row, lang) for row in edit.shifted[:NAMED_MOST]) if shown else (),
        shifted_more=max(0, len(edit.shifted) - NAMED_MOST) if shown else 0,
        cost=edit.cost if shown else None,
        terms=tuple(
            Term(say(TERMS, key, translate), change)
            for key, change in sorted(edit.terms.items(), key=lambda item: -abs(item[1]))
        )
        if shown
        else (),
        others=others,
    )


def _nearest(edit: Edit, kind: str, in_the_way: Sequence[Broken], lang: str) -> str:
    """The remark that the very time that was asked for was not possible; empty when there is none to make."""
    if edit.asked_min is None or edit.start_min is None or kind == "refused":
        return ""
    template = N_("{asked} does not fit; {found} is the nearest that does.")
    if in_the_way and kind == "tried":
        template = N_("{asked} was not possible: {reasons}; {found} is the nearest that is.")
    elif in_the_way and kind != "unchanged":
        template = N_("{asked} was not possible: {reasons}; placed at {found}.")
    reasons = "; ".join(f"{row.rule} ({row.sentence.rstrip('.')})" for row in in_the_way)
    return translator(lang)(template).format(
        asked=_clock(edit.asked_min), found=_clock(edit.start_min), reasons=reasons
    )


def _broken(plan: Plan, rows: Sequence[Violation], lang: str) -> tuple[Broken, ...]:
    translate = translator(lang)
    found = dict.fromkeys(Broken(say(RULES, row.rule, translate), said(plan, row, lang)) for row in rows)
    return tuple(found)


def _shifted(plan: Plan, row: Shifted, lang: str) -> str:
    translate = translator(lang)
    if row.need_id is None:
        carer = plan.owners.get(row.shift_id, "")
        name = translate(N_("{carer}'s break")).format(carer=plan.carer(carer).name)
    else:
        name = visit_name(plan, row.need_id).render(translate)
    return f"{name} {_clock(row.from_min)} → {_clock(row.to_min)}"


def _clock(minute: int) -> str:
    return format_clock(minute % DAY_MIN)
