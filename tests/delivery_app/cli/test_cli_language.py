"""The program speaks Danish or English: by --lang, by the locale, else Danish."""

from __future__ import annotations

from pathlib import Path

import pytest

from delivery_app.cli.main import take_common_options
from delivery_app.i18n import LANGUAGES, number, percent, pick_language, short_date, translator
from tests.delivery_app.cli.running import run, run_program


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "da"),
        ({"LANG": "C.UTF-8"}, "da"),
        ({"LANG": "da_DK.UTF-8"}, "da"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "de_DE"}, "en"),
        ({"LANG": "da_DK.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "da_DK"}, "da"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": ""}, "en"),
    ],
)
def test_locale_picks_the_language(environment: dict[str, str], expected: str) -> None:
    assert pick_language(None, environment) == expected


def test_asked_for_wins_and_unknown_is_refused() -> None:
    assert pick_language("da", {"LANG": "en_GB"}) == "da"
    with pytest.raises(ValueError, match="fr"):
        pick_language("fr", {})
    with pytest.raises(ValueError, match="fr"):
        translator("fr")


@pytest.mark.parametrize(
    ("words", "lang", "debug", "rest"),
    [
        (["plan", "x"], None, False, ["plan", "x"]),
        (["--lang", "en", "plan"], "en", False, ["plan"]),
        (["plan", "--lang=da", "x", "--debug"], "da", True, ["plan", "x"]),
        (["plan", "--", "--lang", "en"], None, False, ["plan", "--", "--lang", "en"]),
    ],
)
def test_common_options_stand_anywhere(
    words: list[str], lang: str | None, debug: bool, rest: list[str]
) -> None:
    assert take_common_options(words) == (lang, debug, rest, None)


def test_lang_without_a_value_is_a_mistake() -> None:
    assert take_common_options(["plan", "--lang"])[3] == ""


def test_numbers_and_dates_follow_the_language() -> None:
    from datetime import date

    assert (number(1234.5, "da", 1), number(1234.5, "en", 1)) == ("1.234,5", "1,234.5")
    assert (percent(0.63, "da").replace("\xa0", " "), percent(0.63, "en")) == ("63 %", "63%")
    assert short_date(date(2026, 11, 30), "da").startswith("man. 30.")
    assert short_date(date(2026, 11, 30), "en").startswith("Mon 30 Nov")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_help_speaks_one_language_only(lang: str) -> None:
    said = run("plan", "--help", lang=lang).out
    words = {
        "en": (
            "Usage:",
            "Options",
            "Arguments",
            "Examples",
            "[required]",
            "Plan the team's weeks",
            "Show this text",
        ),
        "da": ("Brug:", "Valg", "Eksempler", "[skal gives]", "Planlæg teamets uger", "Vis denne tekst"),
    }
    other = "da" if lang == "en" else "en"
    assert all(word in said for word in words[lang])
    assert not any(word in said for word in words[other])


@pytest.mark.parametrize(
    ("lang", "usage"),
    [
        ("da", "Brug: naerplan simulate [VALG] DATAPAKKE UGEPLAN"),
        ("en", "Usage: naerplan simulate [OPTIONS] PACK ROSTER"),
    ],
)
def test_usage_names_what_is_given_without_braces(lang: str, usage: str) -> None:
    assert usage in run("simulate", lang=lang).err.splitlines()
    assert usage in " ".join(run("simulate", "--help", lang=lang).out.split())


def test_mistakes_of_toml_and_of_weekdays_are_told_in_danish(tmp_path: Path) -> None:
    pack = tmp_path / "team"
    pack.mkdir()
    (pack / "team.toml").write_text("name = 'Team\n", encoding="utf-8")
    assert "et anførselstegn er ikke lukket" in run("pack", "check", pack, lang="da").err
    catalogue = tmp_path / "eksempel.toml"
    catalogue.write_text("[packages.let\n", encoding="utf-8")
    told = run("catalogue", "check", catalogue, lang="da").err
    assert "en parentes er ikke lukket" in told


def test_program_takes_language_from_locale_and_words(tmp_path: Path) -> None:
    assert "Brug:" in run_program("--help", folder=tmp_path).out
    assert "Usage:" in run_program("--help", folder=tmp_path, LC_ALL="en_GB.UTF-8").out
    assert "Usage:" in run_program("plan", "--help", "--lang", "en", folder=tmp_path).out


def test_unknown_language_is_told(tmp_path: Path) -> None:
    outcome = run_program("--lang", "fr", "plan", folder=tmp_path)
    assert outcome.code == 2
    assert "'fr'" in outcome.err
    assert "da, en" in outcome.err
