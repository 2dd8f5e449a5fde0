"""The team's settings: text to values, and back to ``team.toml``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from scheduler.message import Message, ProblemError
from scheduler.pack.cells import DATE, nearest, parse_cell, shown
from scheduler.pack.findings import Findings
from scheduler.pack.rows import RawPack, SettingText
from scheduler.pack.schema import FORMAT, SETTING_BY_KEY, SETTINGS, Setting


def parse_settings(pack: RawPack, findings: Findings) -> dict[str, Any]:
    """The settings by dotted key, defaults filled in; a key whose value is wrong is noted and left out."""
    if pack.settings is None:
        return {}
    label = pack.settings_label
    for key, cell in pack.settings.items():
        if key not in SETTING_BY_KEY:
            findings.fault(label, cell.line, shown(key), _unknown_key(key))
    found: dict[str, Any] = {}
    for setting in SETTINGS:
        cell = pack.settings.get(setting.key, SettingText("", None))
        if not cell.text and setting.required:
            missing = Message("the key is missing; add it", {"value": ""})
            empty = Message("the value is empty; write one", {"value": ""})
            findings.fault(label, cell.line, setting.key, empty if setting.key in pack.settings else missing)
            continue
        try:
            found[setting.key] = _value(setting, cell.text or setting.default)
        except ProblemError as error:
            findings.fault(label, cell.line, setting.key, error.message)
    return found


def _unknown_key(key: str) -> Message:
    guess = nearest(key, SETTING_BY_KEY)
    if guess is None:
        guess = nearest(key.rpartition(".")[2], {name.rpartition(".")[2]: name for name in SETTING_BY_KEY})
        guess = next((name for name in SETTING_BY_KEY if guess and name.rpartition(".")[2] == guess), None)
    if guess is None:
        return Message("'{value}' is not a key of a team's settings; delete it", {"value": shown(key)})
    return Message(
        "'{value}' is not a key of a team's settings; did you mean {guess}?",
        {"value": shown(key), "guess": guess},
    )


def _value(setting: Setting, text: str) -> Any:
    if setting.key == "format" and text != FORMAT:
        raise ProblemError(
            "'{value}' is not a format this version reads; write {expected}",
            value=shown(text),
            expected=FORMAT,
        )
    if setting.key == "holidays":
        return tuple(parse_cell(DATE, word) for word in text.split())
    return parse_cell(setting.kind, text) if text else ""


def settings_text(team: Mapping[str, Any]) -> dict[str, str]:
    """Settings given as values by dotted key, as the text of their cells, in canonical order."""
    found: dict[str, str] = {}
    for setting in SETTINGS:
        if setting.key in team:
            found[setting.key] = _text_of(setting, team[setting.key])
    unknown = [key for key in team if key not in SETTING_BY_KEY]
    if unknown:
        raise ProblemError("'{value}' is not a key of a team's settings", value=unknown[0])
    return found


def _text_of(setting: Setting, value: Any) -> str:
    if isinstance(value, str):
        return value
    if setting.key == "holidays":
        return " ".join(day.isoformat() if isinstance(day, date) else str(day) for day in value)
    return setting.kind.format(value)


def toml_text(texts: Mapping[str, str]) -> str:
    """``team.toml`` from settings as text by dotted key: the same keys always give the same bytes."""
    lines = [_pair(key, key, texts) for key in texts if "." not in key and key != "holidays"]
    if "base.lat" in texts and "base.lon" in texts:
        lines.append(f"base = {{ lat = {texts['base.lat']}, lon = {texts['base.lon']} }}")
    if texts.get("holidays"):
        lines.append(f"holidays = [{', '.join(_quoted(day) for day in texts['holidays'].split())}]")
    for section in ("travel", "rules", "weights"):
        keys = [key for key in texts if key.startswith(f"{section}.")]
        plain = [key for key in keys if key.count(".") == 1]
        speeds = [key for key in keys if key.startswith("travel.speed_kmh.")]
        if keys:
            lines += ["", f"[{section}]"]
            lines += [_pair(key.rpartition(".")[2], key, texts) for key in plain]
        if speeds:
            pairs = ", ".join(_pair(key.rpartition(".")[2], key, texts) for key in speeds)
            lines.append(f"speed_kmh = {{ {pairs} }}")
    return "\n".join(lines) + "\n"


def _pair(name: str, key: str, texts: Mapping[str, str]) -> str:
    text = texts[key]
    return f"{name} = {text if SETTING_BY_KEY[key].kind.numeric else _quoted(text)}"


def _quoted(text: str) -> str:
    # A JSON string is a TOML basic string; DEL, which only JSON takes bare, is refused in every text.
    return json.dumps(text, ensure_ascii=False)
