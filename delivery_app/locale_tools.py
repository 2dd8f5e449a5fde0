"""Keeping the Danish catalogue, after a sentence was added or changed:
``python -m delivery_app.locale_tools update``

``update`` takes every sentence that a person may read out of the code and the templates, carries it into the
``.po`` file (new ones empty), drops those that are gone, and compiles the ``.mo`` file that
the program reads. ``check`` only tells what is missing. Both end with 1 when a sentence has no Danish.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from delivery_app.i18n import DOMAIN, LOCALE_FOLDER

ROOT = Path(__file__).resolve().parents[1]
PO_FILE = LOCALE_FOLDER / "da" / "LC_MESSAGES" / f"{DOMAIN}.po"
MO_FILE = PO_FILE.with_suffix(".mo")

#: A sentence, or its singular and plurals.
Sentences = str | tuple[str, ...] | list[str]

#: Calls whose first argument is a sentence, beside gettext's own names: messages, and errors a person can
#: mend.
MESSAGE_CALLS = (
    "Message",
    "AssessmentError",
    "ProblemError",
    "TravelError",
    "CliError",
    "RememberingError",
    "ConflictError",
    "MissingRowError",
    "CprError",
    "CprKeyError",
    "SettingsError",
    "SchemaError",
    "BridgeError",
    "PasswordError",
    "AccountError",
    "TeamError",
    "ShiftError",
    "OidcError",
    "CatalogueFileError",
    "PublishError",
    "GeneratorError",
    "FieldError",
    "InstanceError",
    "SolutionError",
    "InfeasibleError",
    "NothingToUndoError",
    "DeviceError",
    "PhotoError",
    "msg",
)
KEYWORDS = {**DEFAULT_KEYWORDS, **dict.fromkeys(MESSAGE_CALLS)}
#: Errors that bring a sentence of their own, marked where it stands.
OWN_SENTENCES = frozenset({"CallError", "EditConflictError"})
#: Where sentences stand: folder, file pattern, Babel's extraction method.
SOURCES = (
    ("delivery_app", "**/*.py", "python"),
    ("models", "**/*.py", "python"),
    ("scheduler", "**/*.py", "python"),
    ("templates", "**/*.html", "jinja2"),
    ("delivery_app", "**/*.html", "jinja2"),
)
_HEADER = "# Danish sentences of Nærplan. Keep them by: python -m delivery_app.locale_tools update"
_PERCENT_NAME = re.compile(r"%\((\w+)\)")
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_JINJA_OPTIONS = {"encoding": "utf-8", "extensions": "jinja2.ext.i18n,jinja2.ext.do", "silent": "false"}


def extract(root: Path = ROOT) -> Catalog:
    """Every sentence of the code and the templates, with the files it stands in."""
    catalog = Catalog(domain=DOMAIN, fuzzy=False)
    for folder, pattern, method in SOURCES:
        for path in sorted((root / folder).glob(pattern)):
            options = _JINJA_OPTIONS if method == "jinja2" else {"encoding": "utf-8"}
            for found in extract_from_file(method, path, keywords=KEYWORDS, options=options):
                message = found[1]
                if message:
                    catalog.add(message, locations=[(path.relative_to(root).as_posix(), 0)])
    return catalog


def read_danish(path: Path = PO_FILE) -> Catalog:
    """The Danish catalogue as it stands in the repository."""
    with path.open("rb") as file:
        return read_po(file, locale="da", domain=DOMAIN)


def updated(danish: Catalog, extracted: Catalog) -> Catalog:
    """The Danish catalogue with the extracted sentences: known translations kept, gone ones dropped,
    sorted."""
    fresh = Catalog(
        locale="da",
        domain=DOMAIN,
        header_comment=_HEADER,
        project="Nærplan",
        version="1",
        msgid_bugs_address="",
        last_translator="",
        language_team="da",
        # Nothing of the clock: the same sentences always give the same file.
        creation_date=_EPOCH,
        revision_date=_EPOCH,
        fuzzy=False,
    )
    for message in sorted(extracted, key=lambda one: str(one.id)):
        if message.id:
            known = danish.get(message.id)
            fresh.add(message.id, known.string if known else None, locations=sorted(set(message.locations)))
    return fresh


def po_bytes(catalog: Catalog) -> bytes:
    """The text of the ``.po`` file."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=110, omit_header=False)
    return buffer.getvalue()


def mo_bytes(catalog: Catalog) -> bytes:
    """The compiled catalogue."""
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def untranslated(catalog: Catalog) -> list[str]:
    """The sentences without a Danish one."""
    return [str(message.id) for message in catalog if message.id and not _is_whole(message.string)]


def mismatches(catalog: Catalog) -> list[str]:
    """The sentences whose Danish names other values than the English: ``{file}`` against ``{fil}``."""
    return [
        f"{english!r} / {danish!r}"
        for message in catalog
        for english, danish in _pairs(message.id, message.string)
        if danish and placeholders(english) != placeholders(danish)
    ]


def placeholders(sentence: str) -> set[str]:
    """The values a sentence names: ``{file}`` of ``str.format``, ``%(count)s`` of Jinja2."""
    names = set(_PERCENT_NAME.findall(sentence))
    try:
        return names | {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}
    except ValueError:  # a lone brace: a text that is shown as it is
        return names


def _is_whole(string: Sentences | None) -> bool:
    return all(string) if isinstance(string, tuple | list) and string else bool(string)


def _pairs(ids: Sentences, strings: Sentences | None) -> Iterator[tuple[str, str]]:
    if not ids or not strings:
        return
    singular = ids if isinstance(ids, str) else ids[0]
    for string in [strings] if isinstance(strings, str) else strings:
        yield singular, string


def update() -> Catalog:
    """Bring the ``.po`` file up to date and compile it."""
    danish = read_danish() if PO_FILE.exists() else Catalog(locale="da")
    catalog = updated(danish, extract())
    PO_FILE.parent.mkdir(parents=True, exist_ok=True)
    PO_FILE.write_bytes(po_bytes(catalog))
    MO_FILE.write_bytes(mo_bytes(catalog))
    return catalog


def main(arguments: list[str]) -> int:
    """``update`` or ``check``; 1 when a sentence has no Danish, or the files are not up to date."""
    if arguments not in (["update"], ["check"]):
        sys.stderr.write("write: python -m delivery_app.locale_tools update   (or check)\n")
        return 2
    if arguments == ["update"]:
        catalog = update()
    else:
        catalog = updated(read_danish(), extract())
        if po_bytes(catalog) != PO_FILE.read_bytes() or mo_bytes(catalog) != MO_FILE.read_bytes():
            sys.stderr.write("not up to date; run: python -m delivery_app.locale_tools update\n")
            return 1
    missing = untranslated(catalog)
    wrong = mismatches(catalog)
    for sentence in missing:
        sys.stderr.write(f"no Danish: {sentence}\n")
    for pair in wrong:
        sys.stderr.write(f"other values: {pair}\n")
    return 1 if missing or wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
