"""``naerplan serve``: the installation's app in the browser, or one roster out of files."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from delivery_app.cli.inputs import TravelOption, TravelUrlOption
from delivery_app.cli.output import CliError, Speaker, speaker_of
from delivery_app.i18n import N_

if TYPE_CHECKING:
    from delivery_app.db import Database
    from delivery_app.settings import Settings
    from scheduler.problem import Problem
    from scheduler.roster import Roster
    from scheduler.travel import TravelTable

#: Nobody but this machine reaches it, unless another address is named.
LOOPBACK = "127.0.0.1"
DEFAULT_PORT = 8000

PortOption = Annotated[
    int,
    typer.Option("--port", min=1, max=65535, metavar=N_("N"), help=N_("The port the page is served on.")),
]


def require_port(port: int, host: str = LOOPBACK) -> None:
    """Raise CliError when the port cannot be used."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the server does: a port that was closed a moment ago is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise CliError(
                N_("port {port} may not be used; choose one from 1024, for example --port 8000"), port=port
            ) from None
        except OSError:
            raise CliError(
                N_("port {port} is taken by another program; end that, or choose another: --port {other}"),
                port=port,
                other=port + 10 if port < 65000 else DEFAULT_PORT,
            ) from None


def serve_week(
    problem: Problem, roster: Roster, port: int, speaker: Speaker, travel: TravelTable | None = None
) -> None:
    """Serve the week's page until Ctrl-C."""
    from delivery_app.preview import serve as serve_page

    require_port(port)
    speaker.say(
        N_("The week is on http://localhost:{port} (read-only, and only on this machine). Ctrl-C ends it."),
        port=port,
    )
    serve_page(problem, roster, port=port, travel=travel)


def serve_app(database: Database, settings: Settings, port: int, host: str = LOOPBACK) -> None:
    """Serve the installation's app until Ctrl-C."""
    import uvicorn

    from delivery_app.main import create_app

    config = uvicorn.Config(
        create_app(database, settings),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        # Somebody who keeps a page with live progress open does not keep the server from ending.
        timeout_graceful_shutdown=3,
    )
    uvicorn.Server(config).run()


def serve(
    ctx: typer.Context,
    pack: Annotated[
        Path | None,
        typer.Argument(
            readable=False,
            metavar=N_("PACK"),
            show_default=False,
            help=N_("The team pack: a folder with team.toml, or one .xlsx file."),
        ),
    ] = None,
    roster_file: Annotated[
        Path | None,
        typer.Argument(
            readable=False,
            metavar=N_("ROSTER"),
            show_default=False,
            help=N_("The roster, a JSON file written by naerplan plan."),
        ),
    ] = None,
    port: PortOption = DEFAULT_PORT,
    host: Annotated[
        str,
        typer.Option(
            "--host",
            metavar=N_("ADDRESS"),
            help=N_("Address of this machine to listen on; others reach it by the names in NAERPLAN_HOSTS."),
        ),
    ] = LOOPBACK,
    travel: TravelOption = "crow_flies",
    travel_url: TravelUrlOption = None,
) -> None:
    speaker = speaker_of(ctx)
    if pack is None:
        require_port(port, host)
        _serve_installation(speaker, port, host)
        return
    if roster_file is None:
        raise CliError(N_("ROSTER is missing: a pack is served with its roster; make one by: naerplan plan"))
    if host != LOOPBACK:
        raise CliError(
            N_("a roster out of files has no sign-in: it is served on this machine only, without --host")
        )
    from delivery_app.cli.inputs import read_problem, read_roster_of, travel_of_roster

    require_port(port)
    problem = read_problem(pack, speaker)
    roster = read_roster_of(roster_file, problem)
    table = travel_of_roster(problem, roster, travel, travel_url, speaker)
    serve_week(problem, roster, port, speaker, table)


def _serve_installation(speaker: Speaker, port: int, host: str) -> None:
    from delivery_app.db import open_database
    from delivery_app.settings import Settings

    settings = Settings()
    database = open_database(settings)
    try:
        database.check_schema()
        speaker.say(N_("Nærplan is on {url}. Ctrl-C ends it."), url=f"http://{_shown(host)}:{port}")
        serve_app(database, settings, port, host)
    finally:
        database.close()


def _shown(host: str) -> str:
    return "localhost" if host == LOOPBACK else host


SERVE_HELP = N_(
    "Serve the installation's app, with sign-in; or one roster out of files, to look at.\n\n"
    "Without PACK and ROSTER: the app over the installation's database. With them: that roster's week, "
    "read-only and without sign-in, on this machine and nowhere else."
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve", help=SERVE_HELP)(serve)
