"""``naerplan serve``: the week in the browser, on this machine only."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from delivery_app.cli.output import CliError, Speaker, speaker_of
from delivery_app.i18n import N_

if TYPE_CHECKING:
    from scheduler.problem import Problem
    from scheduler.roster import Roster

#: Nobody but this machine reaches it: there is no sign-in.
LOOPBACK = "127.0.0.1"
DEFAULT_PORT = 8000

PortOption = Annotated[
    int,
    typer.Option("--port", min=1, max=65535, metavar=N_("N"), help=N_("The port the page is served on.")),
]


def require_port(port: int) -> None:
    """Raise CliError when the port cannot be used."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the server does: a port that was closed a moment ago is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
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


def serve_week(problem: Problem, roster: Roster, port: int, speaker: Speaker) -> None:
    """Serve the week's page until Ctrl-C."""
    import uvicorn

    from delivery_app.main import create_app

    require_port(port)
    app = create_app(problem, roster)
    speaker.say(
        N_("The week is on http://localhost:{port} (read-only, and only on this machine). Ctrl-C ends it."),
        port=port,
    )
    uvicorn.run(app, host=LOOPBACK, port=port, log_level="warning")


def serve(
    ctx: typer.Context,
    pack: Annotated[
        Path,
        typer.Argument(
            readable=False,
            metavar=N_("PACK"),
            help=N_("The team pack: a folder with team.toml, or one .xlsx file."),
        ),
    ] = Path("fixtures/albertslund"),
    roster_file: Annotated[
        Path,
        typer.Argument(
            readable=False, metavar=N_("ROSTER"), help=N_("The roster, a JSON file written by naerplan plan.")
        ),
    ] = Path("var/demo/roster.json"),
    port: PortOption = DEFAULT_PORT,
) -> None:
    from delivery_app.cli.inputs import read_problem, read_roster_of

    speaker = speaker_of(ctx)
    require_port(port)
    problem = read_problem(pack, speaker)
    roster = read_roster_of(roster_file, problem)
    serve_week(problem, roster, port, speaker)


SERVE_HELP = N_(
    "Serve a roster's week as a web page on this machine.\n\n"
    "Without PACK and ROSTER: what naerplan demo has planned. The page is read-only and has no "
    "sign-in, so it listens "
    "on the loopback address and nowhere else."
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve", help=SERVE_HELP)(serve)
