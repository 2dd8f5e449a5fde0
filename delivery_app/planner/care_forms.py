"""The forms of a care plan: which fields, with which words, and rows as their cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from delivery_app import texts
from delivery_app.i18n import N_
from delivery_app.planner.entry_form import Entry, Group
from delivery_app.planner.team_forms import Choices, Translate, worded
from delivery_app.services.care.editing import DAYS
from delivery_app.services.care.lists import levels, states, tasks, warnings
from delivery_app.services.care.sheet import task_name
from delivery_app.templating import clock
from models.care_goal import GOAL_KINDS, GOAL_OUTCOMES
from models.care_review import ANSWERS, REVIEW_KINDS, REVIEW_OUTCOMES
from models.tables import ActionInstruction, CareGoal, Carer, CareTask, CareWarning, Need

LAST_DATE = Entry("last_date", N_("Last date"), "date", N_("Empty: until further notice."))


def task_groups(service: str, translate: Translate, lang: str) -> tuple[Group, ...]:
    """A task; those of the catalogue that belong to the visit's kind of help come first."""
    known = sorted(tasks().values(), key=lambda one: one.service != service)
    choices = (("", translate(N_("In own words"))), *((one.code, one.name.of(lang)) for one in known))
    entries = (
        Entry("code", N_("Task of the catalogue"), "choice", choices=choices),
        Entry(
            "text",
            N_("In own words"),
            hint=N_("What the carer is shown. Empty: the catalogue's words."),
        ),
        Entry(
            "note",
            N_("Note to the task"),
            "area",
            N_("For example which soap, or what the citizen does alone."),
        ),
        Entry("minutes", N_("Minutes"), "number", N_("A guide for the carer; nothing is planned by it.")),
        Entry("days", N_("Only on"), "days", N_("No weekday chosen: each time.")),
        Entry("from_date", N_("First date"), "date", required=True),
        LAST_DATE,
    )
    return (Group("", entries),)


def task_cells(row: CareTask) -> dict[str, str]:
    """A task as its form has it."""
    return {
        "code": row.code,
        "text": row.text,
        "note": row.note,
        "minutes": "" if row.minutes is None else str(row.minutes),
        "days": " ".join(DAYS[day] for day in row.days or ()),
        "from_date": row.from_date.isoformat(),
        "last_date": last_of(row.until_date),
    }


def last_of(until: date | None) -> str:
    """The last date before a first one without, as a field has it."""
    return "" if until is None else (until - timedelta(days=1)).isoformat()


def instruction_groups(needs: Sequence[Need], translate: Translate, *, new: bool) -> tuple[Group, ...]:
    """An instruction, or a new version of it."""
    visits = (
        ("", translate(N_("Every visit"))),
        *((str(row.id), visit_words(row, translate)) for row in needs),
    )
    reason = Entry(
        "reason",
        N_("Why it is changed"),
        hint=N_("Stands with the version, for those who read it later."),
        required=True,
    )
    entries = (
        Entry("title", N_("Title"), required=True),
        Entry("need", N_("Belongs to"), "choice", choices=visits),
        Entry("text", N_("How it is done"), "area", N_("Step by step, one step a line."), required=True),
        Entry("review_on", N_("To be looked through on"), "date"),
        *(() if new else (reason,)),
    )
    return (Group("", entries),)


def instruction_cells(row: ActionInstruction) -> dict[str, str]:
    """An instruction as the form of its next version has it."""
    return {
        "title": row.title,
        "need": "" if row.need_id is None else str(row.need_id),
        "text": row.text,
        "review_on": "" if row.review_on is None else row.review_on.isoformat(),
    }


def visit_words(row: Need, translate: Translate) -> str:
    """A visit by its kind of help and its time."""
    service = texts.say(texts.SERVICES, row.service, translate)
    return f"{service[:1].upper()}{service[1:]} {clock(row.window_start_min)}–{clock(row.window_end_min)}"


def goal_groups(translate: Translate, lang: str, *, new: bool) -> tuple[Group, ...]:
    """A goal; an existing one can be ended."""
    level_choices = (
        ("", translate(N_("Not stated"))),
        *((str(one.level), f"{one.level} {one.name.of(lang)}") for one in levels().values()),
    )
    entries = (
        Entry(
            "text",
            N_("What is to be reached"),
            "area",
            N_("In the citizen's own words, where that can be."),
            True,
        ),
        Entry(
            "kind", N_("The help is to"), "choice", choices=worded(texts.GOAL_KINDS, GOAL_KINDS, translate)
        ),
        Entry("fsiii", N_("Ability"), "choice", choices=state_choices(translate, lang)),
        Entry("level_now", N_("Limitation now"), "choice", choices=level_choices),
        Entry("level_wished", N_("Limitation wished for"), "choice", choices=level_choices),
        Entry("follow_up_on", N_("Followed up on"), "date"),
    )
    ending = (
        Entry(
            "outcome",
            N_("How it ended"),
            "choice",
            choices=worded(texts.GOAL_OUTCOMES, GOAL_OUTCOMES, translate, N_("it still stands")),
        ),
        Entry("note", N_("Note"), "area"),
    )
    return (Group("", entries),) if new else (Group("", entries), Group(N_("Followed up"), ending))


def state_choices(translate: Translate, lang: str) -> Choices:
    """FSIII's states, each with its area."""
    known = states()
    named = (
        (str(one.code), f"{known[one.parent].name.of(lang)}: {one.name.of(lang)}")
        for one in known.values()
        if one.parent is not None
    )
    return (("", translate(N_("None in particular"))), *named)


def goal_cells(row: CareGoal) -> dict[str, str]:
    """A goal as its form has it."""
    return {
        "kind": row.kind,
        "text": row.text,
        "fsiii": "" if row.fsiii is None else str(row.fsiii),
        "level_now": "" if row.level_now is None else str(row.level_now),
        "level_wished": "" if row.level_wished is None else str(row.level_wished),
        "follow_up_on": "" if row.follow_up_on is None else row.follow_up_on.isoformat(),
        "outcome": row.outcome or "",
        "note": row.note,
    }


def warning_groups(lang: str) -> tuple[Group, ...]:
    """A warning."""
    choices = tuple((one.code, one.name.of(lang)) for one in warnings().values())
    entries = (
        Entry("code", N_("What of"), "choice", choices=choices, required=True),
        Entry("text", N_("About this home"), "area", N_("Short: it is read at the door.")),
        LAST_DATE,
    )
    return (Group("", entries),)


def warning_cells(row: CareWarning) -> dict[str, str]:
    """A warning as its form has it."""
    return {"code": row.code, "text": row.text, "last_date": last_of(row.until_date)}


def review_groups(translate: Translate) -> tuple[Group, ...]:
    """A talk or an assessment that was held."""
    kinds = {code: texts.CARE_DUE[code] for code in REVIEW_KINDS}
    entries = (
        Entry("kind", N_("What was held"), "choice", choices=worded(kinds, REVIEW_KINDS, translate)),
        Entry("done_on", N_("Held on"), "date", required=True),
        Entry(
            "outcome",
            N_("What it came to"),
            "choice",
            N_("The help …"),
            choices=worded(texts.REVIEW_OUTCOMES, REVIEW_OUTCOMES, translate, N_("not stated")),
        ),
        Entry(
            "next_on", N_("Next time on"), "date", N_("Earlier than the rule says, where something changed.")
        ),
        Entry("note", N_("Note"), "area"),
    )
    return (Group("", entries),)


def coordinator_groups(carers: Iterable[Carer], translate: Translate) -> tuple[Group, ...]:
    """Who coordinates the help, from when on."""
    choices = (("", translate(N_("nobody"))), *((str(row.id), row.name or row.code) for row in carers))
    entries = (
        Entry("carer", N_("Coordinator"), "choice", choices=choices),
        Entry("from_date", N_("From"), "date", required=True),
    )
    return (Group("", entries),)


def answer_groups(translate: Translate) -> tuple[Group, ...]:
    """What was done about needs that changed."""
    hint = N_("What was changed, or whom at the authority you told and when.")
    entries = (
        Entry(
            "answer", N_("What was done"), "choice", choices=worded(texts.NEEDS_ANSWERS, ANSWERS, translate)
        ),
        Entry("note", N_("Note"), "area", hint),
    )
    return (Group("", entries),)


def shown_task(row: CareTask, lang: str) -> str:
    """A task's words."""
    return task_name(row).of(lang)


def first_cells(values: Mapping[str, str], today: date) -> dict[str, str]:
    """What an empty form begins with."""
    return {"from_date": today.isoformat(), "done_on": today.isoformat(), **values}
