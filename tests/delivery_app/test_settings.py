"""What an installation sets: the key it does not start without, and the database's address."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from delivery_app.cli.errors import explain
from delivery_app.db import open_database
from delivery_app.i18n import translator
from delivery_app.settings import Settings, SettingsError, normalised_url
from models.cpr import Cpr, CprKeyError, new_key
from models.errors import RememberingError

ROW_NUMBER = "610150-0000"


@pytest.fixture(autouse=True)
def _installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of its own and no setting from outside."""
    for name in list(os.environ):
        if name.startswith("NAERPLAN_") or name == "DATABASE_URL":
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_without_key_nothing_starts(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="NAERPLAN_KEY_FILE") as caught:
        open_database()
    assert "new_key" in str(caught.value), "it tells how to make one"
    assert list(tmp_path.iterdir()) == [], "no database was made, no key either"


def test_key_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    key = new_key()
    monkeypatch.setenv("NAERPLAN_KEY", key)
    settings = Settings()
    database = open_database(settings)
    database.close()
    assert key not in repr(settings) + str(settings) + repr(settings.model_dump())


def test_key_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = new_key()
    (tmp_path / "secret").write_text(f"{key}\n")
    monkeypatch.setenv("NAERPLAN_KEY_FILE", str(tmp_path / "secret"))
    from_file = Settings().vault()
    monkeypatch.delenv("NAERPLAN_KEY_FILE")
    monkeypatch.setenv("NAERPLAN_KEY", key)
    cpr = Cpr.parse(ROW_NUMBER)
    assert from_file.blind_index(cpr) == Settings().vault().blind_index(cpr)


def test_demo_makes_a_key_of_its_own_and_keeps_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAERPLAN_DEMO", "1")
    cpr = Cpr.parse(ROW_NUMBER)
    first = Settings().vault().blind_index(cpr)
    assert Settings().vault().blind_index(cpr) == first, "the second start reads the same key"
    file = tmp_path / "var" / "demo.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [path.name for path in file.parent.iterdir()] == ["demo.key"]
    monkeypatch.setenv("NAERPLAN_VAR", "elsewhere")
    assert Settings().vault().blind_index(cpr) != first, "another installation, another key"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"NAERPLAN_KEY": "secretword"}, "NAERPLAN_KEY: a key is 32 random bytes"),
        ({"NAERPLAN_KEY": ""}, "NAERPLAN_KEY: a key is 32 random bytes"),
        ({"NAERPLAN_KEY_FILE": "not/there"}, "not/there.* cannot be read: there is no such file"),
        ({"NAERPLAN_KEY": "secretword", "NAERPLAN_KEY_FILE": "x"}, "both set"),
        ({"DATABASE_URL": "secretword", "NAERPLAN_DEMO": "1"}, "DATABASE_URL is not the address"),
        ({"DATABASE_URL": "mysql://u:secretword@h/d", "NAERPLAN_DEMO": "1"}, "begins with 'mysql'"),
    ],
)
def test_bad_setting_is_told_without_showing_it(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], words: str
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(RememberingError, match=words) as caught:
        open_database()
    assert "secretword" not in str(caught.value) + repr(caught.value)


def test_broken_key_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "secret"
    file.write_bytes(b"\xff\xfe")
    monkeypatch.setenv("NAERPLAN_KEY_FILE", str(file))
    with pytest.raises(SettingsError, match="not plain text") as caught:
        open_database()
    assert explain(caught.value, translator("da")) == [
        f"NAERPLAN_KEY_FILE ({file}) kan ikke læses: det er ikke almindelig tekst"
    ]
    file.write_text("kort")
    with pytest.raises(CprKeyError, match=r"secret.*a key is"):
        open_database()


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (
            "postgresql://u:p%40ss@h:5432/d?sslmode=require",
            "postgresql+psycopg://u:p%40ss@h:5432/d?sslmode=require",
        ),
        ("postgres://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg://u@h/d"),
        ("sqlite:///folder/file.db", "sqlite:///folder/file.db"),
    ],
)
def test_address_gets_our_driver(monkeypatch: pytest.MonkeyPatch, given: str, wanted: str) -> None:
    assert normalised_url(given) == wanted
    monkeypatch.setenv("DATABASE_URL", given)
    assert Settings().database_url() == wanted
    assert "p%40ss" not in repr(Settings())


def test_database_is_a_file_of_the_installation_by_default() -> None:
    assert Settings().database_url() == "sqlite:///var/naerplan.db"
