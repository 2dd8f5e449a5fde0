"""What a municipality has published for all its packages: how help is started, moved and changed.

As in a package, each value has the source's words beside it, and what is absent is unpublished.
"""

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from models.catalogue_values import Code, Evidence, Several, Sourced, Strict, Text

Act = Literal["aeldreloven", "serviceloven"]
Inside = Literal["inside", "outside"]
ChangedBy = Literal["authority", "provider"]


class LatenessCall(Evidence):
    """From how many minutes off the time the provider rings (D7); ``direction``: also when early?"""

    minutes: Annotated[int, Field(ge=1, le=240)]
    direction: Literal["either", "late"]


class NotHomeStep(Evidence):
    """One step when nobody opens (D8), in the file's order; ``name`` is what the carer is shown."""

    step: Code
    name: Text
    last_resort: bool = False
    citizen_pays: bool | None = None


class Scope(Strict):
    """What lies inside the packages and what outside, never planned into them (C35, S21, S22)."""

    night_care: Sourced[Inside] | None = None
    health_act_services: Sourced[Inside] | None = None
    respite_stay: Sourced[Inside] | None = None
    relief_at_home: Sourced[Inside] | None = None
    emergency_calls: Sourced[Inside] | None = None
    prevention: Sourced[Inside] | None = None
    digital_training: Sourced[Inside] | None = None
    start_up_conversation: Sourced[Inside] | None = None
    laundry: Sourced[Inside] | None = None
    meals: Sourced[Inside] | None = None


class Rules(Strict):
    """The municipality's rules beside the packages; what each means is in docs/catalogues.md."""

    # acts and grants
    acts: Sourced[Several[Act]] | None = None
    conversion_deadline: Sourced[dt.date] | None = None
    one_package_at_a_time: Sourced[bool] | None = None
    package_changed_by: Sourced[ChangedBy] | None = None
    package_change_condition: Sourced[Text] | None = None
    resumes_after_hospital: Sourced[Text] | None = None
    clarification_course: Sourced[Text] | None = None

    # start
    acute_start: Sourced[Text] | None = None
    first_contact: Sourced[Text] | None = None
    workplace_assessment_at_start: Sourced[bool] | None = None
    workplace_assessment_years: Sourced[Annotated[int, Field(ge=1, le=20)]] | None = None

    # on the day
    lateness_call: LatenessCall | None = None
    not_home: Annotated[tuple[NotHomeStep, ...], Field(strict=False)] = ()
    provider_may_cancel: Sourced[bool] | None = None
    provider_may_move_in_emergency: Sourced[bool] | None = None
    replacement_after_own_cancellation: Sourced[bool] | None = None
    replacement_after_long_hospital_stay: Sourced[bool] | None = None
    unused_time_saved_up: Sourced[bool] | None = None
    travel_in_granted_time: Sourced[bool] | None = None
    breaks_in_granted_time: Sourced[bool] | None = None
    home_conditions: Sourced[Several[Literal["light", "snow", "pets", "smoke"]]] | None = None
    keys_only_when_citizen_cannot_open: Sourced[bool] | None = None
    key_receipt: Sourced[bool] | None = None
    photos: Sourced[bool] | None = None
    laundry: Sourced[Literal["collected", "at_home", "laundry_firm"]] | None = None

    # carers and screens
    untrained_carers: Sourced[Text] | None = None
    trainees: Sourced[Text] | None = None
    instructed_carers_may_train: Sourced[bool] | None = None
    training_forms: Sourced[Several[Literal["individual", "group"]]] | None = None
    training_places: Sourced[Several[Literal["home", "neighbourhood", "centre"]]] | None = None
    screen_assessed_by: Sourced[Several[Literal["authority", "provider"]]] | None = None
    screen_device_lent: Sourced[bool] | None = None

    # providers
    one_provider_delivers_all: Sourced[bool] | None = None
    provider_change_notice_days: Sourced[Annotated[int, Field(ge=0, le=365)]] | None = None
    self_appointed_helper: Sourced[Text] | None = None
    reports_changed_needs: Sourced[Text] | None = None

    # how long what was written down is kept
    help_kept_years: Sourced[Annotated[int, Field(ge=1, le=100)]] | None = None
    access_log_kept_years: Sourced[Annotated[int, Field(ge=1, le=100)]] | None = None

    # relief, holidays, islands
    relief_times_agreed_with_provider: Sourced[bool] | None = None
    relief_follow_up_months: Sourced[Annotated[int, Field(ge=1, le=60)]] | None = None
    relief_unused_time_saved_up: Sourced[bool] | None = None
    guests_at_host_level: Sourced[bool] | None = None
    help_abroad: Sourced[bool] | None = None
    island_help_within_timetable: Sourced[bool] | None = None
    island_night_care: Sourced[Text] | None = None
