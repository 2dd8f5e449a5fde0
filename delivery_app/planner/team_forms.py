"""The forms of the team's data: which fields, in which groups, with which words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from delivery_app import texts
from delivery_app.i18n import N_
from delivery_app.planner.entry_form import Entry, Group
from models.carer import MODES, QUALIFICATIONS
from models.grant import ACTS
from models.need import NEED_MODALITIES, NEED_QUALIFICATIONS, SERVICES
from models.screen_assessment import SCREEN_OUTCOMES
from models.tables import Carer, Need

Translate = Callable[[str], str]
Choices = tuple[tuple[str, str], ...]

ACT_WORDS = {
    "aeldreloven": N_("Act on care of the elderly (Ældreloven)"),
    "serviceloven": N_("Social services act (Serviceloven)"),
}
OUTCOME_WORDS = {
    "able": N_("can take screen visits"),
    "able_with_help": N_("can take them with help"),
    "not_able": N_("cannot take them"),
}
PRIORITY_WORDS = {"1": N_("must be placed"), "2": N_("ought to be placed"), "3": N_("can wait")}
KIND_WORDS = {"fixed": N_("permanent"), "substitute": N_("substitute")}

HOLDS_FROM = Entry(
    "holds_from",
    N_("Holds from"),
    "date",
    N_("It is planned from the Monday of that week on."),
    required=True,
)
LAST_DATE = Entry(
    "last_date", N_("Last date"), "date", N_("It is planned to the Sunday of that week."), required=True
)


def worded(table: Mapping[str, str], codes: Iterable[str], translate: Translate, none: str = "") -> Choices:
    """Codes to choose from with their words; ``none`` is what an empty choice says, when there is one."""
    empty = (("", translate(none)),) if none else ()
    return (*empty, *((code, _capital(texts.say(table, code, translate))) for code in codes))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def people(carers: Sequence[Carer], translate: Translate, none: str) -> Choices:
    """Carers to choose from, by their ids in the pack."""
    return (("", translate(none)), *((row.code, row.name or row.code) for row in carers))


def citizen_groups(
    carers: Sequence[Carer], packages: Sequence[tuple[str, str]], translate: Translate, *, new: bool
) -> tuple[Group, ...]:
    """A citizen; packages by code and name. The package is chosen for a new one only: later it is changed by a decision."""
    grant = (
        Entry(
            "package",
            N_("Package"),
            "choice",
            choices=tuple(packages),
            required=True,
        ),
        HOLDS_FROM,
    )
    return (
        Group(
            N_("Who and where"),
            (
                Entry("name", N_("Name"), required=True),
                Entry(
                    "born",
                    N_("Date of birth"),
                    "date",
                    N_("Only where no CPR number is kept: in need a citizen is found by it."),
                    width="medium",
                ),
                Entry("address", N_("Address")),
                Entry("phone", N_("Telephone"), width="medium"),
                Entry(
                    "lat", N_("Latitude"), "number", N_("Of the home, for example 55.657."), True, "medium"
                ),
                Entry(
                    "lon", N_("Longitude"), "number", N_("Of the home, for example 12.363."), True, "medium"
                ),
                Entry(
                    "island", N_("Island"), hint=N_("Only for homes that a ferry goes to."), width="medium"
                ),
            ),
        ),
        *((Group(N_("Grant"), grant),) if new else ()),
        Group(
            N_("Who comes"),
            (
                Entry(
                    "contact_carer",
                    N_("Contact carer"),
                    "choice",
                    choices=people(carers, translate, N_("None yet")),
                ),
                Entry("carers_max", N_("Most different carers in a week"), "number", N_("Empty: no cap.")),
                Entry(
                    "continuity_weight",
                    N_("Weight of continuity"),
                    "number",
                    N_("1 is usual; 2 counts a new face twice as much."),
                ),
            ),
        ),
        Group(
            N_("For those who come"),
            (
                Entry(
                    "access_note",
                    N_("Access to the home"),
                    "area",
                    N_("Key box, door telephone, pets, parking."),
                ),
                Entry("wishes_note", N_("Wishes and agreements"), "area", N_("What matters to the citizen.")),
                Entry("living_will", N_("Living will (plejetestamente)"), "area"),
            ),
        ),
    )


def need_groups(translate: Translate, *, new: bool) -> tuple[Group, ...]:
    """A visit that comes again."""
    return (
        Group(
            N_("What"),
            (
                Entry(
                    "service", N_("Service"), "choice", choices=worded(texts.SERVICES, SERVICES, translate)
                ),
                Entry("minutes", N_("Wished duration, minutes"), "number", required=True),
                Entry("minutes_min", N_("Smallest duration"), "number", N_("Empty: as wished.")),
                Entry("minutes_max", N_("Largest duration"), "number", N_("Empty: as wished.")),
                Entry(
                    "carers",
                    N_("Carers at once"),
                    "choice",
                    choices=(("1", translate(N_("One"))), ("2", translate(N_("Two")))),
                ),
                Entry(
                    "qualification",
                    N_("Qualification"),
                    "choice",
                    choices=worded(texts.QUALIFICATIONS, NEED_QUALIFICATIONS, translate, N_("Anyone")),
                ),
                Entry(
                    "modality",
                    N_("Where"),
                    "choice",
                    choices=worded(texts.MODALITIES, NEED_MODALITIES, translate),
                ),
                Entry(
                    "priority",
                    N_("Priority"),
                    "choice",
                    choices=worded(PRIORITY_WORDS, PRIORITY_WORDS, translate),
                ),
                Entry("counts", N_("Counts in the package"), "yes_no"),
            ),
        ),
        Group(
            N_("When"),
            (
                Entry("days", N_("Weekdays"), "days", N_("Choose none for visits on any day of the week.")),
                Entry("times_per_week", N_("Times a week"), "number", N_("Only for visits on any day.")),
                Entry("window_start", N_("Starts at the earliest"), "clock", required=True),
                Entry("window_end", N_("Starts at the latest"), "clock", required=True),
                Entry(
                    "agreed_start",
                    N_("Agreed start"),
                    "clock",
                    N_("A time agreed with the citizen; kept to within 15 minutes."),
                ),
                Entry(
                    "every_weeks", N_("Every how many weeks"), "number", N_("1: every week; 2: every other.")
                ),
                Entry(
                    "anchor_week",
                    N_("A week in which it falls"),
                    "week",
                    N_("Only where it does not come every week, for example 2026-W49."),
                ),
                Entry("on_holidays", N_("Also on public holidays"), "yes_no"),
                Entry(
                    "not_on",
                    N_("Not on these dates"),
                    "text",
                    N_("Agreed with the citizen for these dates alone, for example 2026-12-02 2026-12-24."),
                ),
                *((HOLDS_FROM,) if new else ()),
            ),
        ),
    )


def link_groups(needs: Sequence[tuple[Need, str]]) -> tuple[Group, ...]:
    """One visit after another."""
    choices = tuple((need.code, words) for need, words in needs)
    return (
        Group(
            "",
            (
                Entry("first_need", N_("First visit"), "choice", choices=choices),
                Entry("second_need", N_("Second visit"), "choice", choices=choices),
                Entry(
                    "gap_min",
                    N_("Least gap, minutes"),
                    "number",
                    N_("From the end of the first to the start of the second."),
                ),
                Entry("gap_max", N_("Greatest gap, minutes"), "number", N_("Empty: no limit.")),
                Entry("same_carer", N_("The same carer comes to both"), "yes_no"),
            ),
        ),
    )


def grant_groups(packages: Sequence[tuple[str, str]], translate: Translate) -> tuple[Group, ...]:
    """A decision of the authority; packages by code and name."""
    return (
        Group(
            "",
            (
                Entry("package", N_("Package"), "choice", choices=tuple(packages)),
                Entry("act", N_("Act"), "choice", choices=worded(ACT_WORDS, ACTS, translate)),
                Entry(
                    "section",
                    N_("Section"),
                    hint=N_("As the decision names it, for example § 10."),
                    width="medium",
                ),
                Entry("from_date", N_("Holds from"), "date", required=True),
            ),
        ),
    )


def relative_groups() -> tuple[Group, ...]:
    """A relative."""
    return (
        Group(
            "",
            (
                Entry("name", N_("Name"), required=True),
                Entry(
                    "relation",
                    N_("Relation"),
                    hint=N_("For example daughter, neighbour, guardian."),
                    width="medium",
                ),
                Entry("phone", N_("Telephone"), width="medium"),
                Entry(
                    "may_be_told", N_("The citizen agrees that this person is told about the help"), "yes_no"
                ),
                Entry("note", N_("Note"), "area"),
            ),
        ),
    )


def screen_groups(translate: Translate) -> tuple[Group, ...]:
    """An assessment of whether screen visits suit."""
    return (
        Group(
            "",
            (
                Entry(
                    "outcome",
                    N_("The citizen"),
                    "choice",
                    choices=worded(OUTCOME_WORDS, SCREEN_OUTCOMES, translate),
                ),
                Entry("assessed_on", N_("Assessed on"), "date", required=True),
                Entry("review_on", N_("To be looked at again on"), "date"),
                Entry("note", N_("Note"), "area"),
            ),
        ),
    )


def barred_groups(carers: Sequence[Carer], translate: Translate) -> tuple[Group, ...]:
    """A carer who is not to come."""
    return (
        Group(
            "",
            (
                Entry("carer", N_("Carer"), "choice", choices=people(carers, translate, N_("Choose"))),
                Entry(
                    "reason",
                    N_("Reason"),
                    hint=N_("For example own family, allergy, a threat. Sex and origin are no reasons."),
                    required=True,
                ),
            ),
        ),
    )


def absence_groups() -> tuple[Group, ...]:
    """A time away."""
    return (
        Group(
            "",
            (
                Entry("from_date", N_("From"), "date", required=True),
                Entry("from_time", N_("From the time"), "clock", N_("Empty: from the morning of that day.")),
                Entry("to_date", N_("To and including"), "date", required=True),
                Entry("to_time", N_("To the time"), "clock", N_("Empty: the whole day.")),
                Entry(
                    "reason",
                    N_("Reason"),
                    hint=N_("For example holiday, course, hospital. No diagnosis."),
                    width="medium",
                ),
            ),
        ),
    )


def carer_groups(mentors: Sequence[Carer], translate: Translate, *, new: bool) -> tuple[Group, ...]:
    """A carer."""
    return (
        Group(
            N_("Who"),
            (
                Entry("name", N_("Name"), required=True),
                Entry("phone", N_("Telephone"), width="medium"),
                Entry(
                    "qualification",
                    N_("Qualification"),
                    "choice",
                    choices=worded(texts.QUALIFICATIONS, QUALIFICATIONS, translate),
                ),
                Entry(
                    "mentor",
                    N_("Trainee of"),
                    "choice",
                    N_(
                        "A trainee comes along with the mentor and never counts as one of those who are needed."
                    ),
                    choices=people(mentors, translate, N_("Is no trainee")),
                ),
                Entry(
                    "introduced",
                    N_("Is introduced to the work"),
                    "yes_no",
                    N_("Only then planned on visits."),
                ),
            ),
        ),
        Group(
            N_("Work"),
            (
                Entry("kind", N_("Employed as"), "choice", choices=worded(KIND_WORDS, KIND_WORDS, translate)),
                Entry(
                    "lent_from",
                    N_("Lent from"),
                    hint=N_("The team or agency that lends the carer; empty for the team's own."),
                    width="medium",
                ),
                Entry(
                    "week_hours",
                    N_("Hours a week"),
                    "number",
                    N_("By contract; empty: no overtime is reckoned."),
                ),
                Entry("mode", N_("Travels by"), "choice", choices=worded(texts.MODES, MODES, translate)),
                *((HOLDS_FROM,) if new else ()),
            ),
        ),
    )


def wish_groups(translate: Translate) -> tuple[Group, ...]:
    """What a carer wishes for."""
    return (
        Group(
            "",
            (
                Entry("wish", N_("Wish"), "choice", choices=worded(texts.WISHES, texts.WISHES, translate)),
                Entry("date", N_("Date"), "date", N_("Empty: every date.")),
                Entry("start", N_("From the time"), "clock", N_("Only for time off or to work.")),
                Entry("end", N_("To the time"), "clock"),
                Entry(
                    "weight",
                    N_("Weight"),
                    "number",
                    N_("What granting it is worth, in minutes of work; 60 is usual."),
                ),
            ),
        ),
    )


def shift_groups(
    carers: Sequence[Carer], islands: Sequence[str], translate: Translate, *, pattern: bool = False
) -> tuple[Group, ...]:
    """A shift, or one that comes again on weekdays."""
    places = (*worded(texts.PLACES, texts.PLACES, translate), *((name, name) for name in islands))
    again = (
        Entry("days", N_("Weekdays"), "days", required=True),
        Entry("every_weeks", N_("Every how many weeks"), "number", N_("1: every week; 2: every other.")),
        Entry("date", N_("A date in the first such week"), "date", required=True),
    )
    return (
        Group(
            N_("Who and when"),
            (
                Entry(
                    "carer_id",
                    N_("Carer"),
                    "choice",
                    N_("An open shift is given to somebody when the week is planned."),
                    choices=people(carers, translate, N_("Open shift")),
                ),
                *(again if pattern else (Entry("date", N_("Date"), "date", required=True),)),
                Entry("start", N_("Begins"), "clock", required=True),
                Entry(
                    "end", N_("Ends"), "clock", N_("Not after the beginning: on the next day."), required=True
                ),
            ),
        ),
        Group(
            N_("Break and place"),
            (
                Entry("break_minutes", N_("Break, minutes"), "number"),
                Entry("break_from", N_("Break not before"), "clock"),
                Entry("break_to", N_("Break over by"), "clock"),
                Entry("begins_at", N_("Begins at"), "choice", choices=places),
                Entry("reserve_minutes", N_("Kept free for emergency calls, minutes"), "number"),
            ),
        ),
    )


def end_groups() -> tuple[Group, ...]:
    """The last date of something."""
    return (Group("", (LAST_DATE,)),)
