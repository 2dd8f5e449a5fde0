"""``naerplan catalogue …``: what municipalities have published, and whether a file of it can be read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from delivery_app.cli.output import CliError, Speaker, speaker_of
from delivery_app.i18n import N_, number

if TYPE_CHECKING:
    from models.catalogue import Catalogue, Package


def list_(ctx: typer.Context) -> None:
    from models.catalogue import list_catalogues

    speaker = speaker_of(ctx)
    for catalogue in list_catalogues():
        show_catalogue(catalogue, speaker)


def check(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(readable=False, metavar=N_("FILE"), help=N_("The catalogue, a TOML file."))
    ],
) -> None:
    from models.catalogue import load_catalogue

    speaker = speaker_of(ctx)
    if file.is_dir():
        raise CliError(N_("{path} is a folder; name one catalogue file in it"), path=file)
    catalogue = load_catalogue(file)
    show_catalogue(catalogue, speaker)
    speaker.say(N_("The catalogue has no mistakes."))


def show_catalogue(catalogue: Catalogue, speaker: Speaker) -> None:
    """Print a catalogue's packages with their hours a week."""
    name = getattr(catalogue.municipality.name, speaker.lang)
    speaker.heading(f"{catalogue.id} · {name}")
    table = speaker.table(
        speaker._(N_("Package")),
        speaker._(N_("Name")),
        (speaker._(N_("Hours a week")), "right"),
        (speaker._(N_("Average")), "right"),
    )
    for package in catalogue.packages:
        average = package.average_hours
        table.add_row(
            package.code,
            getattr(package.name, speaker.lang),
            _interval(package, speaker.lang),
            "" if average is None else _hours(average.value, speaker.lang),
        )
    speaker.out.print(table)


def _interval(package: Package, lang: str) -> str:
    interval = package.interval
    if interval is None:
        return ""
    low = "" if interval.min_hours is None else _hours(interval.min_hours, lang)
    high = "" if interval.max_hours is None else _hours(interval.max_hours, lang)
    return f"{low}–{high}"


def _hours(value: float, lang: str) -> str:
    decimals = next(count for count in (0, 1, 2) if count == 2 or round(value, count) == value)
    return number(value, lang, decimals)


CATALOGUE_HELP = N_("Package catalogues: what municipalities have published.")
LIST_HELP = N_("List the catalogues and their packages.")
CHECK_HELP = N_(
    "Look for mistakes in a catalogue.\n\n"
    "All of them at once, each with package, field, value and what to write instead. Ends with 0, or "
    "with 2 when "
    "there are mistakes."
)


def register(app: typer.Typer, group: typer.Typer) -> None:
    """Add the group and its commands."""
    group.command("list", help=LIST_HELP)(list_)
    group.command("check", help=CHECK_HELP)(check)
    app.add_typer(group, name="catalogue", help=CATALOGUE_HELP)
