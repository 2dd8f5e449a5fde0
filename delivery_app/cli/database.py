"""``naerplan db upgrade`` and ``naerplan load``: the installation's database."""

from __future__ import annotations

import typer

from delivery_app.cli.inputs import PackArgument
from delivery_app.cli.output import speaker_of
from delivery_app.i18n import N_


def upgrade(ctx: typer.Context) -> None:
    from delivery_app.db import upgrade_database

    speaker_of(ctx).say(N_("The database is at step {step}."), step=upgrade_database())


def load(ctx: typer.Context, pack: PackArgument) -> None:
    from delivery_app.bridge import load_pack
    from delivery_app.cli.inputs import read_problem
    from delivery_app.db import open_database

    speaker = speaker_of(ctx)
    # Read first: mistakes in the pack are told even where no database can be opened.
    problem = read_problem(pack, speaker)
    database = open_database()
    try:
        database.check_schema()
        with database.transaction() as session:
            team = load_pack(session, pack, vault=database.vault)
            name = team.name
    finally:
        database.close()
    speaker.say(
        N_("In the database: {team}, {citizens} citizens, {carers} carers, {shifts} shifts."),
        team=name,
        citizens=len(problem.citizens),
        carers=len(problem.carers),
        shifts=len(problem.shifts),
    )


DB_HELP = N_("The installation's database (DATABASE_URL; without it an SQLite file in var).")
UPGRADE_HELP = N_("Bring the database to the tables this version wants; makes it when there is none.")
LOAD_HELP = N_(
    "Write a team pack into the database.\n\n"
    "All of it or nothing. Loading a changed pack again brings the team up to date. Wants a key for "
    "CPR numbers "
    "(NAERPLAN_KEY or NAERPLAN_KEY_FILE); with sample data, NAERPLAN_DEMO=1 makes one."
)


def register(app: typer.Typer, group: typer.Typer) -> None:
    """Add the commands."""
    group.command("upgrade", help=UPGRADE_HELP)(upgrade)
    app.add_typer(group, name="db", help=DB_HELP)
    app.command("load", help=LOAD_HELP)(load)
