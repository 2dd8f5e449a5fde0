"""``naerplan user …``: accounts, for the first administrator and for when nobody can sign in."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from delivery_app.cli.output import CliError, Speaker, speaker_of
from delivery_app.i18n import N_

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.team import Team
    from models.user import User

SignInName = Annotated[str, typer.Argument(metavar=N_("NAME"), help=N_("The name to sign in with."))]
#: In which order a user's roles are told.
ROLE_NAMES = ("planner", "carer", "leader")


def add(
    ctx: typer.Context,
    sign_in_name: SignInName,
    name: Annotated[
        str | None,
        typer.Option(
            "--name", metavar=N_("TEXT"), help=N_("The person's name; without it the sign-in name.")
        ),
    ] = None,
    role: Annotated[
        list[str] | None,
        typer.Option(
            "--role", metavar=N_("ROLE"), help=N_("planner, carer or leader, in --team; may be repeated.")
        ),
    ] = None,
    team: Annotated[
        str | None,
        typer.Option("--team", metavar=N_("TEXT"), help=N_("The team's name; not needed when there is one.")),
    ] = None,
    administrator: Annotated[
        bool, typer.Option("--administrator", help=N_("Cares for users, teams and catalogues."))
    ] = False,
    municipality: Annotated[
        str | None,
        typer.Option(
            "--municipality",
            metavar=N_("NAME"),
            help=N_("Where the user belongs, for example albertslund; not needed when there is one."),
        ),
    ] = None,
    email: Annotated[str | None, typer.Option("--email", metavar=N_("ADDRESS"), help=N_("E-mail."))] = None,
) -> None:
    from delivery_app.services.accounts import create_user, give_role, municipality_named
    from models.user import Role

    speaker = speaker_of(ctx)
    roles = list(role or ())
    for one in roles:
        if one not in ROLE_NAMES:
            raise CliError(
                N_("'{role}' is no role; choose one of {choices}"), role=one, choices=", ".join(ROLE_NAMES)
            )
    database = _database()
    try:
        password = ask_password(speaker)
        with database.transaction() as session:
            where = _team(session, team) if roles else None
            home = (
                where.municipality_id if where is not None else municipality_named(session, municipality).id
            )
            user = create_user(
                session,
                municipality_id=home,
                sign_in_name=sign_in_name,
                name=name or sign_in_name,
                password=password,
                email=email,
                administrator=administrator,
            )
            for one in roles:
                assert where is not None
                give_role(session, user, where, Role(one))
            told = user.sign_in_name
    finally:
        database.close()
    speaker.say(N_("{name} can sign in."), name=told)


def show(ctx: typer.Context) -> None:
    from sqlmodel import col, select

    from delivery_app.texts import ROLES, say
    from models.team import Team
    from models.user import TeamMembership, User

    speaker = speaker_of(ctx)
    database = _database()
    try:
        with database.reading() as session:
            users = session.scalars(select(User).order_by(col(User.sign_in_name))).all()
            rows = session.execute(
                select(TeamMembership.user_id, TeamMembership.role, Team.name)
                .join(Team, col(Team.id) == col(TeamMembership.team_id))
                .order_by(col(Team.name), col(TeamMembership.role))
            ).all()
    finally:
        database.close()
    if not users:
        speaker.say(N_("There are no users yet; add one by: naerplan user add NAME --administrator"))
        return
    table = speaker.table(
        speaker._("Sign-in name"), speaker._("Name"), speaker._("Roles"), speaker._("Status")
    )
    for user in users:
        roles = [f"{say(ROLES, role, speaker._)} ({team})" for whose, role, team in rows if whose == user.id]
        if user.administrator:
            roles.insert(0, speaker._("Administrator"))
        status = speaker._("disabled") if user.disabled_at is not None else speaker._("active")
        table.add_row(user.sign_in_name, user.name, ", ".join(roles) or "–", status)
    speaker.out.print(table)


def password(ctx: typer.Context, sign_in_name: SignInName) -> None:
    from delivery_app.security.sessions import end_all
    from delivery_app.services.accounts import set_password
    from models.base import utc_now

    speaker = speaker_of(ctx)
    database = _database()
    try:
        with database.reading() as session:
            _user(session, sign_in_name)
        fresh = ask_password(speaker)
        with database.transaction() as session:
            user = _user(session, sign_in_name)
            set_password(session, user, fresh)
            ended = end_all(session, user.id, utc_now())
    finally:
        database.close()
    speaker.say(N_("The password is changed; sessions that were ended: {ended}."), ended=ended)


def disable(ctx: typer.Context, sign_in_name: SignInName) -> None:
    from delivery_app.services import accounts
    from models.base import utc_now

    speaker = speaker_of(ctx)
    database = _database()
    try:
        with database.transaction() as session:
            user = _user(session, sign_in_name)
            ended = accounts.disable(session, user, utc_now())
            name = user.sign_in_name
    finally:
        database.close()
    speaker.say(
        N_("{name} cannot sign in any more; sessions that were ended: {ended}."), name=name, ended=ended
    )


def enable(ctx: typer.Context, sign_in_name: SignInName) -> None:
    from delivery_app.services import accounts

    speaker = speaker_of(ctx)
    database = _database()
    try:
        with database.transaction() as session:
            user = _user(session, sign_in_name)
            accounts.enable(session, user)
            name = user.sign_in_name
    finally:
        database.close()
    speaker.say(N_("{name} can sign in."), name=name)


def ask_password(speaker: Speaker) -> str:
    """A password, asked for twice on a terminal without showing it, else the first line of what is piped in.

    Raises
    ------
    CliError
        The two differ, or nothing was given.
    """
    if not sys.stdin.isatty():
        given = sys.stdin.readline().rstrip("\r\n")
        if not given:
            raise CliError(N_("no password was given; type it, or pipe it in as one line"))
        return given
    import getpass

    given = getpass.getpass(speaker._("Password: "))
    if given != getpass.getpass(speaker._("The same again: ")):
        raise CliError(N_("the two passwords differ; begin again"))
    return given


def _database():  # type: ignore[no-untyped-def]
    from delivery_app.db import open_database

    database = open_database()
    database.check_schema()
    return database


def _user(session: Session, sign_in_name: str) -> User:
    from delivery_app.services.accounts import find_user

    user = find_user(session, sign_in_name)
    if user is None:
        raise CliError(
            N_("there is no user '{name}'; naerplan user list shows who there is"), name=sign_in_name
        )
    return user


def _team(session: Session, name: str | None) -> Team:
    from sqlmodel import col, select

    from models.team import Team

    teams = list(session.scalars(select(Team).order_by(col(Team.name))))
    found = [team for team in teams if name is None or team.name.casefold() == name.casefold()]
    if len(found) == 1:
        return found[0]
    known = ", ".join(team.name for team in teams) or "–"
    if name is None:
        raise CliError(N_("name the team by --team; known are: {known}"), known=known)
    raise CliError(N_("there is no one team '{name}'; known are: {known}"), name=name, known=known)


USER_HELP = N_("Accounts of those who sign in.")
ADD_HELP = N_(
    "Add a user. Asks for the password without showing it, or reads it from what is piped in.\n\n"
    "An administrator then does the rest in the browser."
)
LIST_HELP = N_("Every user with roles.")
PASSWORD_HELP = N_("Give a user a new password, and end all sessions of that user.")
DISABLE_HELP = N_("Let a user not sign in any more, from this moment on.")
ENABLE_HELP = N_("Let a disabled user sign in again.")


def register(app: typer.Typer, group: typer.Typer) -> None:
    """Add the commands."""
    group.command("add", help=ADD_HELP)(add)
    group.command("list", help=LIST_HELP)(show)
    group.command("password", help=PASSWORD_HELP)(password)
    group.command("disable", help=DISABLE_HELP)(disable)
    group.command("enable", help=ENABLE_HELP)(enable)
    app.add_typer(group, name="user", help=USER_HELP)
