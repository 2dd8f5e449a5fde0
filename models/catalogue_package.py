"""One care package (forløbspakke) as a municipality has published it: C1–C22, C30, C31.

Every value is a table with the source's own words beside it. A field that is left out is unpublished, and
stays ``None``: nothing downstream may put a number in its place. Hours are per week.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from models import catalogue_errors as errors
from models.catalogue_values import Code, Evidence, Several, Sourced, Text, problem

HOURS_IN_A_WEEK = 168

Service = Literal[
    "personal_care",
    "practical_help",
    "training",
    "rehabilitation",
    "safety",
    "start_up",
    "coordination",
    "assessment",
]
Goal = Literal["assess", "develop", "maintain", "palliate"]
TimeOfDay = Literal["day", "evening", "night", "weekend"]
Settlement = Literal["average", "estimated_average", "tariff", "individual_tariff"]
ThirdParty = Literal["laundry", "meals", "full_board"]
Therapist = Literal["occupational_therapist", "physiotherapist"]
DayKind = Literal["calendar", "working"]
ClockStart = Literal["decision", "order_received", "citizen_informed"]
Hours = Annotated[float, Field(ge=0, le=HOURS_IN_A_WEEK)]
Level = Annotated[int, Field(ge=0, le=4)]


class Interval(Evidence):
    """The hours a week a package spans.

    An end that is absent is unpublished; ``…_included`` says whether the end itself belongs to the package,
    and is absent where the source leaves it unclear (C31).
    """

    min_hours: Hours | None = None
    min_included: bool | None = None
    max_hours: Hours | None = None
    max_included: bool | None = None

    @model_validator(mode="after")
    def _ends_fit_together(self) -> Self:
        if self.min_hours is None and self.max_hours is None:
            raise problem(errors.EMPTY_INTERVAL)
        for bound, included in (("min_hours", "min_included"), ("max_hours", "max_included")):
            if getattr(self, included) is not None and getattr(self, bound) is None:
                raise problem(errors.END_WITHOUT_BOUND, field_given=included, field_needed=bound)
        if self.min_hours is not None and self.max_hours is not None and self.min_hours >= self.max_hours:
            raise problem(
                errors.BACKWARDS_INTERVAL, min_hours=f"{self.min_hours:g}", max_hours=f"{self.max_hours:g}"
            )
        return self

    def spans(self, hours: float) -> bool:
        """Whether ``hours`` a week lie between the ends, both taken as included."""
        low = self.min_hours if self.min_hours is not None else 0
        high = self.max_hours if self.max_hours is not None else HOURS_IN_A_WEEK
        return low <= hours <= high


class Screen(Evidence):
    """Whether screen visits may deliver the package, by the provider's kind (S9); absent = unpublished.

    ``role``: a screen visit only stands beside physical visits (``supplement``), or may take the place of one
    wholly or partly (``replacement``).
    """

    municipal: bool | None = None
    private: bool | None = None
    role: Literal["supplement", "replacement"] | None = None


class StartDeadline(Evidence):
    """Within how many days of a grant the help must have begun (S10). No ``services``: all of the package.

    ``day_kind`` (calendar or working days) and ``clock_starts`` are absent where the source says neither.
    """

    days: Annotated[int, Field(ge=0, le=365)]
    services: Several[Service] | None = None
    day_kind: DayKind | None = None
    clock_starts: ClockStart | None = None


class Package(Evidence):
    """A package, its ``code`` being its key in the file and the value of the pack's ``package`` column.

    ``quote`` is the name as it stands in the source. What each field means is in docs/catalogues.md.
    """

    code: Code
    name: Text

    # who it is for
    legal_basis: Sourced[Text] | None = None
    levels: Sourced[Several[Level]] | None = None
    levels_with_two_carers: Sourced[Several[Level]] | None = None
    target_group: Sourced[Text] | None = None
    new_citizens_only: Sourced[bool] | None = None
    also_in_care_home: Sourced[bool] | None = None

    # how much
    interval: Interval | None = None
    round_the_clock: Sourced[bool] | None = None
    average_hours: Sourced[Hours] | None = None
    settlement: Sourced[Settlement] | None = None
    tariff: Sourced[Text] | None = None
    two_carers_count: Sourced[Literal["both", "once"]] | None = None
    max_weeks: Sourced[Annotated[int, Field(ge=1, le=520)]] | None = None

    # what and when
    times_of_day: Sourced[Several[TimeOfDay]] | None = None
    services: Sourced[Several[Service]] | None = None
    third_party: Sourced[Several[ThirdParty]] | None = None
    content: Sourced[Text] | None = None
    purpose: Sourced[Text] | None = None
    goals: Sourced[Several[Goal]] | None = None
    start_deadlines: Annotated[tuple[StartDeadline, ...], Field(strict=False)] = ()

    # how and by whom
    screen: Screen | None = None
    therapists_only: Sourced[Several[Therapist]] | None = None
    coordinator: Sourced[Several[Therapist]] | None = None
    midway_review: Sourced[Text] | None = None
    closing: Sourced[Text] | None = None
    follow_up: Sourced[Text] | None = None
    on_worsening: Sourced[Text] | None = None

    # where it stands in planning
    beside_package: Sourced[bool] | None = None
    plannable: Sourced[bool] | None = None

    @property
    def is_plannable(self) -> bool:
        """Whether a citizen's week can be planned within it; so it is when ``plannable`` is left out.

        Not so for care round the clock (C11), nor for an intervention beside the citizen's package (C22).
        """
        return self.plannable is None or self.plannable.value

    @model_validator(mode="after")
    def _values_fit_together(self) -> Self:
        if self.interval is not None and self.average_hours is not None:
            average = self.average_hours.value
            if not self.interval.spans(average):
                ends = f"{self.interval.min_hours or 0:g}–{self.interval.max_hours or HOURS_IN_A_WEEK:g}"
                raise problem(
                    errors.AVERAGE_OUTSIDE, value=f"{average:g}", expected=ends, field="average_hours.value"
                )
        if self.settlement is not None and self.settlement.value == "tariff" and self.tariff is None:
            raise problem(errors.TARIFF_UNNAMED, field="tariff")
        return self
