"""``naerplan retention``: what has been kept long enough by the municipality's rules, and deleting it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from delivery_app.cli.auditing import ZONE, opened
from delivery_app.cli.output import Speaker, speaker_of
from delivery_app.i18n import N_
from delivery_app.team_texts import HOLD_REASONS

if TYPE_CHECKING:
    from delivery_app.services.retention import Due


def retention(
    ctx: typer.Context,
    erase: Annotated[
        bool,
        typer.Option("--erase", help=N_("Delete it. Without this word nothing is changed, only told.")),
    ] = False,
) -> None:
    from delivery_app.services.retention import due_of, erase_log
    from delivery_app.services.retention import erase as erase_help

    speaker = speaker_of(ctx)
    now = datetime.now(ZONE)
    with opened() as database:
        with database.reading() as session:
            due = due_of(session, now.date())
        _told(due, speaker)
        if not erase:
            if any(not one.is_nothing for one in due):
                speaker.note(
                    N_("Nothing was changed. Take a backup that restores, then: naerplan retention --erase")
                )
            return
        for one in due:
            if not one.is_nothing:
                with database.transaction("retention") as session:
                    erase_help(session, one, now)
                with database.engine.begin() as connection:
                    erase_log(connection, database.vault, one, now.date())
    if any(not one.is_nothing for one in due):
        speaker.say(N_("This was deleted; the access log tells of it."))


def _told(due: list[Due], speaker: Speaker) -> None:
    """What is due, a municipality in a line or two."""
    for one in due:
        if one.help_before is None:
            speaker.say(
                N_(
                    "{name}: the catalogue does not say how long the help's documentation is kept (help_kept_years)."
                ),
                name=one.name,
            )
        else:
            speaker.say(
                N_(
                    "{name}, help that ended before {date}: {citizens} citizens, {records} records, {photos} pictures."
                ),
                name=one.name,
                date=one.help_before,
                citizens=len(one.citizens),
                records=one.records,
                photos=one.photos,
            )
        for held in one.held:
            speaker.say(
                N_("{name}, citizen {code}: held back until {date} ({reason}); nothing is deleted.")
                if held.until
                else N_(
                    "{name}, citizen {code}: held back until it is lifted ({reason}); nothing is deleted."
                ),
                name=one.name,
                code=held.code,
                reason=speaker._(HOLD_REASONS[held.reason]),
                date=held.until,
            )
        if one.log_before is None:
            speaker.say(
                N_(
                    "{name}: the catalogue does not say how long the access log is kept (access_log_kept_years)."
                ),
                name=one.name,
            )
        else:
            speaker.say(
                N_("{name}, access log from before {date}: {count} entries."),
                name=one.name,
                date=one.log_before,
                count=one.entries,
            )


HELP = N_(
    "Tell what has been kept long enough, and with --erase delete it.\n\n"
    "How long, the municipality's catalogue says (help_kept_years, access_log_kept_years); without a figure nothing goes."
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("retention", help=HELP)(retention)
