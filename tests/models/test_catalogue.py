"""The four published catalogues, number by number (C1–C22, C30–C38), as the municipalities' documents say."""

import datetime as dt
from typing import Any

import pytest

from models.catalogue import CATALOGUE_FOLDER, Catalogue, load_catalogue

PUBLISHED = ("albertslund", "lolland", "aalborg", "jammerbugt")

CODES = {
    "albertslund": ["rehabilitering", "let", "moderat", "omfattende", "fuldstaendig"],
    "jammerbugt": [
        "1",
        "2",
        "3",
        "4",
        "4plus",
        "somatisk",
        "demens",
        "midlertidig_somatisk",
        "midlertidig_demens",
    ],
    "aalborg": ["A", "B", "C", "D", "E"],
    "lolland": [
        "praktisk",
        "niveau2",
        "niveau3",
        "niveau4",
        "forebyggelse",
        "demens_sundhed",
        "demens_mestring",
        "demens_struktur",
        "demens_oekonomi",
    ],
}
CARE_CENTRES = ("somatisk", "demens", "midlertidig_somatisk", "midlertidig_demens")
DEMENTIA_SUPPORT = ("demens_sundhed", "demens_mestring", "demens_struktur", "demens_oekonomi")

# municipality, package: min, is it included, max, is it included; None = unpublished or unclear (C31).
INTERVALS = {
    ("albertslund", "rehabilitering"): (None, None, 10, True),
    ("albertslund", "let"): (0, True, 3, None),
    ("albertslund", "moderat"): (3, None, 10, None),
    ("albertslund", "omfattende"): (10, None, 20, None),
    ("albertslund", "fuldstaendig"): (20, None, None, None),
    ("jammerbugt", "1"): (None, None, 2, False),
    ("jammerbugt", "2"): (2, True, 8, None),
    ("jammerbugt", "3"): (8, None, 13, None),
    ("jammerbugt", "4"): (13, None, 24, True),
    ("jammerbugt", "4plus"): (24, False, None, None),
}
AVERAGES = {
    ("albertslund", "rehabilitering"): 3.5,
    ("albertslund", "let"): 1.4,
    ("albertslund", "moderat"): 5.6,
    ("albertslund", "omfattende"): 14.7,
    ("albertslund", "fuldstaendig"): 28.7,
}
SETTLEMENTS = {
    ("albertslund", "rehabilitering"): ("estimated_average", None),
    ("albertslund", "let"): ("average", None),
    ("albertslund", "moderat"): ("average", None),
    ("albertslund", "omfattende"): ("average", None),
    ("albertslund", "fuldstaendig"): ("average", None),
    ("jammerbugt", "1"): ("tariff", "Forløbstakst I"),
    ("jammerbugt", "2"): ("tariff", "Forløbstakst II"),
    ("jammerbugt", "3"): ("tariff", "Forløbstakst III"),
    ("jammerbugt", "4"): ("tariff", "Forløbstakst IIII"),
    ("jammerbugt", "4plus"): ("individual_tariff", "Individuel takst"),
    ("jammerbugt", "somatisk"): ("tariff", "Somatisk takst"),
    ("jammerbugt", "demens"): ("tariff", "Demenstakst"),
    ("jammerbugt", "midlertidig_somatisk"): ("tariff", "Midlertidig somatisk takst"),
    ("jammerbugt", "midlertidig_demens"): ("tariff", "Midlertidig demenstakst"),
}
MAX_WEEKS = {("albertslund", "rehabilitering"): 10, ("lolland", "forebyggelse"): 8}
LEVELS = {
    ("jammerbugt", "1"): (1,),
    ("jammerbugt", "2"): (2, 3),
    ("jammerbugt", "3"): (2, 3),
    ("jammerbugt", "4"): (3, 4),
    ("jammerbugt", "4plus"): (3, 4),
    ("lolland", "praktisk"): (2, 3),
    ("lolland", "niveau2"): (2,),
    ("lolland", "niveau3"): (3,),
    ("lolland", "niveau4"): (4,),
    ("lolland", "forebyggelse"): (1, 2),
}
DAY_EVENING_WEEKEND = ("day", "evening", "weekend")
DAY_EVENING_NIGHT = ("day", "evening", "night")
TIMES_OF_DAY = {
    ("albertslund", "rehabilitering"): ("day",),
    **{("albertslund", code): DAY_EVENING_WEEKEND for code in CODES["albertslund"][1:]},
    ("jammerbugt", "1"): ("day", "evening"),
    **{("jammerbugt", code): DAY_EVENING_NIGHT for code in CODES["jammerbugt"][1:]},
}
GOALS = {
    ("lolland", "praktisk"): ("maintain",),
    ("lolland", "niveau2"): ("assess", "develop", "maintain", "palliate"),
    ("lolland", "niveau3"): ("assess", "develop", "maintain", "palliate"),
    ("lolland", "niveau4"): ("assess", "develop", "maintain", "palliate"),
    ("lolland", "forebyggelse"): ("assess", "develop"),
}
# municipal provider, private provider, role (S9)
SCREEN = {
    ("albertslund", "rehabilitering"): (False, False, None),
    **{("albertslund", code): (True, True, "supplement") for code in CODES["albertslund"][1:]},
    **{("aalborg", code): (True, False, "replacement") for code in CODES["aalborg"]},
    **{("lolland", code): (True, True, None) for code in CODES["lolland"][:4]},
}
EVERY_PACKAGE = [(municipality, code) for municipality in PUBLISHED for code in CODES[municipality]]


@pytest.fixture(scope="module")
def catalogues() -> dict[str, Catalogue]:
    return {name: load_catalogue(CATALOGUE_FOLDER / f"{name}.toml") for name in (*PUBLISHED, "example")}


def value(sourced: Any) -> Any:
    return None if sourced is None else sourced.value


@pytest.mark.parametrize("municipality", PUBLISHED)
def test_packages_are_exactly_the_published_ones(catalogues, municipality):
    assert [package.code for package in catalogues[municipality].packages] == CODES[municipality]


@pytest.mark.parametrize(("municipality", "code"), EVERY_PACKAGE)
def test_each_package_has_its_published_values_and_no_others(catalogues, municipality, code):
    package, key = catalogues[municipality].package(code), (municipality, code)
    interval = package.interval
    ends = (
        (interval.min_hours, interval.min_included, interval.max_hours, interval.max_included)
        if interval
        else None
    )
    assert ends == INTERVALS.get(key)
    assert value(package.average_hours) == AVERAGES.get(key)
    tariff = value(package.tariff)
    settled = (value(package.settlement), tariff.da if tariff else None)
    assert settled == SETTLEMENTS.get(key, (None, None))
    assert value(package.max_weeks) == MAX_WEEKS.get(key)
    assert value(package.levels) == LEVELS.get(key)
    assert value(package.times_of_day) == TIMES_OF_DAY.get(key)
    assert value(package.goals) == GOALS.get(key)
    screen = package.screen
    allowed = (screen.municipal, screen.private, screen.role) if screen else None
    assert allowed == SCREEN.get(key)


def test_albertslund_rehabilitation_is_short_guided_and_for_new_citizens(catalogues):  # C1
    package = catalogues["albertslund"].package("rehabilitering")
    assert value(package.new_citizens_only) is True
    assert value(package.coordinator) == ("occupational_therapist", "physiotherapist")
    assert package.midway_review is not None
    assert package.closing is not None
    assert package.therapists_only is None  # the home-care provider delivers it, with therapists beside


def test_albertslund_extensive_support_names_the_care_home_as_alternative(catalogues):  # C4
    with_alternative = [p.code for p in catalogues["albertslund"].packages if p.on_worsening]
    assert with_alternative == ["omfattende"]


def test_jammerbugt_level_3_with_two_carers_belongs_to_packages_4_and_up(catalogues):  # C9, C10
    found = {p.code: value(p.levels_with_two_carers) for p in catalogues["jammerbugt"].packages}
    assert {code for code, levels in found.items() if levels} == {"4", "4plus"}
    assert found["4"] == found["4plus"] == (3,)


def test_jammerbugt_tells_of_the_contradiction_about_nights(catalogues):  # C6
    times = catalogues["jammerbugt"].package("1").times_of_day
    assert "dag, aften og nat" in times.note.da


@pytest.mark.parametrize("code", CARE_CENTRES)
def test_care_centres_are_round_the_clock_with_full_board_and_not_planned(catalogues, code):  # C11
    package = catalogues["jammerbugt"].package(code)
    assert value(package.round_the_clock) is True
    assert value(package.third_party) == ("full_board",)
    assert not package.is_plannable


def test_aalborg_services(catalogues):  # C12–C16
    catalogue = catalogues["aalborg"]
    assert catalogue.package("A").services.value == ("practical_help", "training", "rehabilitation")
    for code in "BCDE":
        expected = ("personal_care", "practical_help", "training", "rehabilitation")
        assert catalogue.package(code).services.value == expected


def test_lolland_packages_hold_laundry_and_meals_by_others(catalogues):  # C17–C20
    catalogue = catalogues["lolland"]
    for code in CODES["lolland"][:4]:
        assert catalogue.package(code).third_party.value == ("laundry", "meals")
    assert "training" not in catalogue.package("praktisk").services.value
    for code in ("niveau2", "niveau3", "niveau4"):
        services = set(catalogue.package(code).services.value)
        assert {"personal_care", "practical_help", "training", "start_up", "coordination"} == services
        assert value(catalogue.package(code).also_in_care_home) is True
    assert catalogue.package("praktisk").also_in_care_home is None


def test_lolland_prevention_is_by_therapists_for_new_citizens(catalogues):  # C21
    package = catalogues["lolland"].package("forebyggelse")
    assert set(package.therapists_only.value) == {"occupational_therapist", "physiotherapist"}
    assert value(package.new_citizens_only) is True
    assert "funktionsbeskrivelse" in package.closing.value.da
    assert package.legal_basis.value.da == "Ældreloven § 4"


@pytest.mark.parametrize("code", DEMENTIA_SUPPORT)
def test_dementia_support_stands_beside_a_package(catalogues, code):  # C22
    package = catalogues["lolland"].package(code)
    assert value(package.beside_package) is True
    assert package.follow_up is not None
    assert package.legal_basis.value.da == "Ældreloven § 4"
    assert not package.is_plannable


def test_start_deadlines_are_aalborgs_alone(catalogues):  # S10
    catalogue = catalogues["aalborg"]
    assert [(d.services, d.days) for d in catalogue.package("A").start_deadlines] == [(None, 7)]
    for code in "BCDE":
        days = {s: d.days for d in catalogue.package(code).start_deadlines for s in d.services}
        assert days == {"personal_care": 2, "training": 5, "rehabilitation": 5, "practical_help": 7}
    for package in catalogue.packages:
        assert all(d.day_kind is None and d.clock_starts is None for d in package.start_deadlines)
    others = [p for name in PUBLISHED if name != "aalborg" for p in catalogues[name].packages]
    assert not any(package.start_deadlines for package in others)
    assert catalogue.rules.acute_start is not None


def test_aalborg_rules(catalogues):  # C36, C37, S12, D7, D8, D13, D14
    rules = catalogues["aalborg"].rules
    assert (rules.lateness_call.minutes, rules.lateness_call.direction) == (30, "either")
    assert value(rules.workplace_assessment_at_start) is True
    assert value(rules.workplace_assessment_years) == 3
    assert value(rules.provider_change_notice_days) == 14
    assert value(rules.one_provider_delivers_all) is True
    assert [step.step for step in rules.not_home] == ["relatives_or_authority", "locksmith"]
    assert [step.last_resort for step in rules.not_home] == [False, True]
    assert rules.not_home[1].citizen_pays is True
    assert value(rules.provider_may_cancel) is False
    assert value(rules.provider_may_move_in_emergency) is True
    assert value(rules.replacement_after_own_cancellation) is False
    assert value(rules.replacement_after_long_hospital_stay) is False
    assert value(rules.unused_time_saved_up) is False
    assert value(rules.travel_in_granted_time) is False
    assert value(rules.keys_only_when_citizen_cannot_open) is True
    assert value(rules.key_receipt) is True
    assert value(rules.laundry) == "at_home"
    assert value(rules.acts) == ("aeldreloven", "serviceloven")
    assert value(rules.screen_assessed_by) == ("authority", "provider")


def test_albertslund_rules_and_scope(catalogues):  # C30, C33, C34, C35, S6b, S19, S20, S21
    rules, scope = catalogues["albertslund"].rules, catalogues["albertslund"].scope
    assert value(rules.conversion_deadline) == dt.date(2027, 7, 1)
    assert value(rules.one_package_at_a_time) is True
    assert value(rules.package_changed_by) == "authority"
    assert rules.resumes_after_hospital is not None
    assert value(rules.laundry) == "collected"
    assert value(rules.instructed_carers_may_train) is True
    assert value(rules.training_forms) == ("individual", "group")
    outside = {name for name in type(scope).model_fields if value(getattr(scope, name)) == "outside"}
    assert outside == {"night_care", "health_act_services", "respite_stay", "relief_at_home"}
    assert value(scope.emergency_calls) == "inside"


def test_lolland_rules_and_scope(catalogues):  # C35, C36, C38, S8, D8, D13
    rules, scope = catalogues["lolland"].rules, catalogues["lolland"].scope
    assert value(scope.relief_at_home) == "inside"
    assert value(rules.laundry) == "laundry_firm"
    assert value(rules.relief_follow_up_months) == 3
    assert value(rules.relief_times_agreed_with_provider) is True
    assert value(rules.relief_unused_time_saved_up) is False
    assert value(rules.guests_at_host_level) is True
    assert value(rules.help_abroad) is False
    assert value(rules.island_help_within_timetable) is True
    assert rules.island_night_care is not None
    assert value(rules.workplace_assessment_at_start) is True
    assert [(step.step, step.citizen_pays) for step in rules.not_home] == [("locksmith", True)]


def test_what_only_one_municipality_published_stays_empty_elsewhere(catalogues):
    published_by = {
        "lateness_call": {"aalborg"},
        "provider_change_notice_days": {"aalborg"},
        "workplace_assessment_years": {"aalborg"},
        "key_receipt": {"aalborg"},
        "conversion_deadline": {"albertslund"},
        "relief_follow_up_months": {"lolland"},
        "island_help_within_timetable": {"lolland"},
    }
    for field, expected in published_by.items():
        assert {n for n in PUBLISHED if getattr(catalogues[n].rules, field) is not None} == expected
    nights = {n: value(catalogues[n].scope.night_care) for n in PUBLISHED}
    assert nights == {"albertslund": "outside", "jammerbugt": "inside", "lolland": None, "aalborg": None}


@pytest.mark.parametrize(
    ("municipality", "code", "date"),
    [
        ("albertslund", "0165", None),
        ("lolland", "0360", None),
        ("aalborg", "0851", dt.date(2025, 6, 18)),
        ("jammerbugt", "0849", None),
    ],
)
def test_each_file_says_whose_it_is_and_what_it_is_from(catalogues, municipality, code, date):
    catalogue = catalogues[municipality]
    assert catalogue.municipality.code == code
    assert [source.date for source in catalogue.sources] == [date]
