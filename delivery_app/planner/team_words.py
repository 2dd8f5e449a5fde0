"""Forms of the team's list and its meetings, and why a rule proposes a citizen, in words."""

from __future__ import annotations

from collections.abc import Sequence

from delivery_app import texts
from delivery_app.i18n import N_, short_date
from delivery_app.planner.entry_form import Entry, Group
from delivery_app.planner.team_forms import Choices, Translate, worded
from delivery_app.services.team_list.calendar import REPEATS
from delivery_app.services.team_list.meetings import DECISIONS, DIRECTIONS
from delivery_app.services.team_list.proposals import Proposal
from delivery_app.services.team_list.writing import RECIPIENTS
from delivery_app.team_texts import rule_reason
from delivery_app.templating import clock
from models.tables import Carer, Citizen, Meeting

ABOUT = N_("About the citizen")
NO_CITIZEN = N_("Nobody in particular")
TASK_HEADINGS = (N_("First task"), N_("Second task"), N_("Third task"))


def message_groups(citizens: Sequence[Citizen], translate: Translate) -> tuple[Group, ...]:
    """A message of the list."""
    return (
        Group(
            "",
            (
                Entry("text", N_("What do you want to say?"), "area", required=True),
                Entry("to", N_("To"), "choice", choices=worded(texts.RECIPIENTS, RECIPIENTS, translate)),
                Entry("citizen", ABOUT, "choice", choices=_citizens(citizens, translate)),
            ),
        ),
    )


def task_groups(
    citizens: Sequence[Citizen], carers: Sequence[Carer], translate: Translate
) -> tuple[Group, ...]:
    """A task of the list."""
    entries = (
        *_task("", carers, translate),
        Entry("citizen", ABOUT, "choice", choices=_citizens(citizens, translate)),
    )
    return (Group("", entries),)


def topic_groups(
    citizens: Sequence[Citizen], meetings: Sequence[Meeting], translate: Translate, lang: str
) -> tuple[Group, ...]:
    """A citizen for the agenda."""
    offered = (
        ("", translate(N_("The next one"))),
        *(
            (str(one.id), f"{one.name}, {short_date(one.date, lang)} {clock(one.start_min)}")
            for one in meetings
        ),
    )
    return (
        Group(
            "",
            (
                Entry(
                    "citizen",
                    N_("Citizen"),
                    "choice",
                    required=True,
                    choices=_citizens(citizens, translate, N_("Choose")),
                ),
                Entry("words", N_("Why?"), "area", required=True),
                Entry("meeting", N_("Meeting"), "choice", choices=offered),
            ),
        ),
    )


def meeting_groups(
    carers: Sequence[Carer], translate: Translate, *, repeats: bool = False
) -> tuple[Group, ...]:
    """A meeting of the calendar; with ``repeats`` also how often it comes again."""
    again = (("", translate(N_("only this once"))), *worded(texts.MEETING_REPEATS, REPEATS, translate))
    entries = (
        Entry(
            "name", N_("Name"), hint=N_("For example: team meeting, citizen-near visitation"), required=True
        ),
        Entry("date", N_("Date"), "date", required=True),
        Entry("start", N_("From"), "clock", required=True),
        Entry("minutes", N_("Minutes"), "number", required=True),
        Entry(
            "carers",
            N_("Who is called"),
            "several",
            N_("Those whose shift covers the time take part; their visits are planned around it."),
            True,
            choices=tuple((str(one.id), one.name or one.code) for one in carers),
        ),
    )
    if not repeats:
        return (Group("", entries),)
    coming_again = (
        Entry("repeats", N_("How often"), "choice", choices=again),
        Entry(
            "until",
            N_("Last date"),
            "date",
            N_("Where it comes again: at most a year on. Holidays are left out."),
        ),
    )
    return (Group("", entries), Group(N_("Comes again"), coming_again))


def cancel_groups() -> tuple[Group, ...]:
    """Which meetings are cancelled."""
    return (
        Group("", (Entry("later_too", N_("Also the later ones of this name, weekday and time"), "yes_no"),)),
    )


def outcome_groups(carers: Sequence[Carer], translate: Translate) -> tuple[Group, ...]:
    """What came of it, and who does what until when."""
    decided = (("", translate(N_("Choose"))), *worded(texts.DECISIONS, DECISIONS, translate))
    direction = (("", "–"), *worded(texts.NEEDS_DIRECTIONS, DIRECTIONS, translate))
    tasks = tuple(
        Group(heading, _task(str(number), carers, translate, required=False))
        for number, heading in enumerate(TASK_HEADINGS, start=1)
    )
    return (
        Group(
            "",
            (
                Entry("discussed_on", N_("Date of the meeting"), "date", required=True),
                Entry("outcome", N_("What was said and agreed"), "area", required=True),
                Entry("decided", N_("Decided"), "choice", required=True, choices=decided),
                Entry(
                    "direction",
                    N_("What the authority is to decide on"),
                    "choice",
                    N_("Only where the authority is asked: it then waits among the changed needs."),
                    choices=direction,
                ),
            ),
        ),
        *tasks,
    )


def text_groups(name: str, label: str, hint: str = "") -> tuple[Group, ...]:
    """One text that has to be there."""
    return (Group("", (Entry(name, label, "area", hint, True),)),)


def why(one: Proposal, lang: str) -> str:
    """Why a rule proposes a citizen, with the figures it rests on."""
    return rule_reason(one.rule, one.facts, lang)


def _task(
    suffix: str, carers: Sequence[Carer], translate: Translate, *, required: bool = True
) -> tuple[Entry, ...]:
    named = (("", translate(N_("anybody"))), *((str(one.id), one.name or one.code) for one in carers))
    return (
        Entry(f"text{suffix}", N_("What is to be done?"), "area" if required else "text", required=required),
        Entry(f"due_on{suffix}", N_("At the latest on"), "date"),
        Entry(f"carer{suffix}", N_("Who?"), "choice", choices=named),
    )


def _citizens(citizens: Sequence[Citizen], translate: Translate, none: str = NO_CITIZEN) -> Choices:
    rows = sorted(
        ((one.name or one.code, str(one.id)) for one in citizens), key=lambda one: one[0].casefold()
    )
    return (("", translate(none)), *((value, name) for name, value in rows))
