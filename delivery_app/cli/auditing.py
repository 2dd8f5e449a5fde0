"""``naerplan audit …``: was the access log touched, what stands in it, and what is deleted from it by rule."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import typer

from delivery_app.cli.errors import BROKEN
from delivery_app.cli.output import CliError, Speaker, speaker_of
from delivery_app.i18n import N_

if TYPE_CHECKING:
    from delivery_app.db import Database
    from delivery_app.security.log_check import Head, LogCheck
    from delivery_app.security.log_report import LogLine

ZONE = ZoneInfo("Europe/Copenhagen")

CitizenOption = Annotated[
    str | None,
    typer.Option(
        "--citizen",
        metavar="UUID",
        help=N_("Only of this citizen, by the id of the row."),
        show_default=False,
    ),
]
CitizenArgument = Annotated[
    str, typer.Argument(metavar="UUID", help=N_("The citizen, by the id of the row."))
]


def verify(
    ctx: typer.Context,
    heads: Annotated[
        Path | None,
        typer.Option(
            "--heads",
            metavar=N_("FILE"),
            help=N_(
                "A file kept elsewhere: its noted ends of the log are compared, and today's is added when all "
                "is well."
            ),
            show_default=False,
        ),
    ] = None,
) -> None:
    from delivery_app.security.log_check import check_log

    speaker = speaker_of(ctx)
    noted = read_heads(heads) if heads is not None else []
    with opened() as database, database.reading() as session:
        found = check_log(session.connection(), database.vault, noted)
    if found.broken is not None:
        tell_broken(found, speaker)
        raise typer.Exit(BROKEN)
    speaker.say(
        N_("The access log is untouched: {seals} seals, {entries} entries, {erased} deleted by rule."),
        seals=found.seals,
        entries=found.entries,
        erased=found.erased,
    )
    if found.head is None:
        return
    speaker.say(N_("Its end: {number} {hash}"), number=found.head.number, hash=found.head.hash)
    if heads is None:
        speaker.note(
            N_("Whether its end was cut off shows only beside an end noted earlier, elsewhere: --heads FILE")
        )
    elif found.head not in noted:
        with heads.open("a", encoding="utf-8") as file:
            moment = datetime.now(ZONE).isoformat(timespec="seconds")
            file.write(f"{found.head.number} {found.head.hash} {moment}\n")


def show(
    ctx: typer.Context,
    citizen: CitizenOption = None,
    user: Annotated[
        str | None,
        typer.Option("--user", metavar=N_("NAME"), help=N_("Only what this user did."), show_default=False),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="YYYY-MM-DD", help=N_("Only from this date on."), show_default=False),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", min=1, metavar=N_("N"), help=N_("The newest so many entries."))
    ] = 50,
) -> None:
    from delivery_app.security.log_report import LogFilter, find_lines

    speaker = speaker_of(ctx)
    wanted = LogFilter(
        citizen_id=as_uuid(citizen), user_name=user, since=midnight("--since", since) if since else None
    )
    with opened() as database, database.reading() as session:
        lines = find_lines(session, wanted, limit)
    if not lines:
        speaker.say(N_("The access log has no such entries."))
        return
    print_lines(lines, speaker)


def report(
    ctx: typer.Context,
    citizen: CitizenArgument,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar=N_("FILE"), help=N_("Write it as a CSV file instead."), show_default=False
        ),
    ] = None,
) -> None:
    from delivery_app.security.access_log import note_event
    from delivery_app.security.log_report import LogFilter, find_lines
    from delivery_app.security.seals import NOBODY, Event
    from models.access_log import Action, Use

    speaker = speaker_of(ctx)
    citizen_id = as_uuid(citizen)
    with opened() as database:
        with database.reading() as session:
            lines = find_lines(session, LogFilter(citizen_id=citizen_id), None)
        if not lines:
            raise CliError(
                N_("The access log knows no citizen {citizen}; give the id of the citizen's row"),
                citizen=citizen,
            )
        # Handing the report out is itself a use of the citizen's data.
        note_event(database, NOBODY, Event(Action.EXPORTED, citizen_id, use=Use.OWN_REQUEST))
    if out is None:
        print_lines(lines, speaker)
        return
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";" if speaker.lang == "da" else ",")
        writer.writerow(titles(speaker))
        writer.writerows(cells(line, speaker) for line in lines)
    speaker.say(N_("{path}: {count} entries."), path=out, count=len(lines))


def erase(
    ctx: typer.Context,
    before: Annotated[
        str, typer.Option("--before", metavar="YYYY-MM-DD", help=N_("Everything from before this date."))
    ],
    citizen: CitizenOption = None,
) -> None:
    from delivery_app.security.retention import erase_entries
    from delivery_app.security.seals import NOBODY

    citizen_id = as_uuid(citizen)
    moment = midnight("--before", before)
    with opened() as database, database.engine.begin() as connection:
        count = erase_entries(connection, database.vault, NOBODY, before=moment, citizen_id=citizen_id)
    speaker_of(ctx).say(
        N_("{count} entries were deleted from the access log; an entry tells of it."), count=count
    )


@contextmanager
def opened() -> Iterator[Database]:
    """The installation's database, at the schema of this program."""
    from delivery_app.db import open_database

    database = open_database()
    try:
        database.check_schema()
        yield database
    finally:
        database.close()


def as_uuid(text: str | None) -> UUID | None:
    """An id that somebody typed; raises CliError when it is none."""
    try:
        return None if text is None else UUID(text)
    except ValueError:
        raise CliError(
            N_("'{text}' is not the id of a row; it has 32 hexadecimal digits"), text=text
        ) from None


def midnight(option: str, text: str) -> datetime:
    """The Danish midnight that a date begins with; raises CliError for what is no date."""
    try:
        return datetime.combine(date.fromisoformat(text), time(), ZONE)
    except ValueError:
        raise CliError(
            N_("{option}: '{text}' is not a date; write it as 2026-11-30"), option=option, text=text
        ) from None


def read_heads(path: Path) -> list[Head]:
    """What was noted; an absent file is an empty one. Raises CliError for a line that is none."""
    from delivery_app.security.log_check import heads_in

    if not path.exists():
        return []
    try:
        return heads_in(path.read_text("utf-8").splitlines())
    except ValueError as error:
        raise CliError(
            N_("{path}, line {line}: not an end of the log; a line is a number and 64 hexadecimal digits"),
            path=path,
            line=str(error),
        ) from None


def tell_broken(found: LogCheck, speaker: Speaker) -> None:
    """Say where the log is broken."""
    broken = found.broken
    assert broken is not None
    place = str(broken.seal) if broken.position is None else f"{broken.seal}/{broken.position}"
    when = "–" if broken.at is None else broken.at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")
    template = N_("The access log was touched, first at {place} (seal of {when}): {what}.")
    speaker.fail([speaker._(template).format(place=place, when=when, what=speaker._(broken.template))])
    speaker.note(N_("The {seals} seals before it are whole."), seals=found.seals)


def titles(speaker: Speaker) -> list[str]:
    """Headings of the log's lines."""
    return [
        speaker._(N_("Time")),
        speaker._(N_("User")),
        speaker._(N_("Use")),
        speaker._(N_("What")),
        speaker._(N_("Of")),
        speaker._(N_("Columns")),
        speaker._(N_("Citizen")),
        speaker._(N_("Team")),
    ]


def cells(line: LogLine, speaker: Speaker) -> Sequence[str]:
    """A line of the log in words."""
    from delivery_app.security.log_words import ACTION_WORDS, SUBJECT_WORDS, USE_WORDS

    def word(words: dict[str, str], key: str | None) -> str:
        if key is None:
            return ""
        sentence = words.get(key, key)
        return speaker._(sentence)

    return (
        line.at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S"),
        line.user_name,
        word(USE_WORDS, line.use),
        word(ACTION_WORDS, line.action),
        word(SUBJECT_WORDS, line.subject),
        ", ".join(line.columns),
        line.citizen_code or (str(line.citizen_id) if line.citizen_id else ""),
        line.team,
    )


def print_lines(lines: Sequence[LogLine], speaker: Speaker) -> None:
    """The log's lines as a table."""
    table = speaker.table(*titles(speaker))
    for line in lines:
        table.add_row(*cells(line, speaker))
    speaker.out.print(table)


AUDIT_HELP = N_("The log of who read and changed what about citizens.")
VERIFY_HELP = N_(
    "Tell whether the access log was touched.\n\n"
    "Walks it from its first entry; ends with 1 at the first place that is not as it was written."
)
SHOW_HELP = N_("Show the newest entries of the access log.")
REPORT_HELP = N_(
    "Everything that was done with a citizen's data: who, when, for what use.\n\n"
    "That it was asked for is logged, too."
)
ERASE_HELP = N_(
    "Delete entries that are kept long enough.\n\n"
    "The log still shows that it is otherwise untouched, and an entry tells how many were deleted, when."
)


def register(app: typer.Typer, group: typer.Typer) -> None:
    """Add the commands."""
    commands: tuple[tuple[str, str, Callable[..., None]], ...] = (
        ("verify", VERIFY_HELP, verify),
        ("show", SHOW_HELP, show),
        ("report", REPORT_HELP, report),
        ("erase", ERASE_HELP, erase),
    )
    for name, text, function in commands:
        group.command(name, help=text)(function)
    app.add_typer(group, name="audit", help=AUDIT_HELP)
