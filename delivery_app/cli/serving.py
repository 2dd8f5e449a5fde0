"""``naerplan serve``: the week in the browser, on this machine only."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from delivery_app.cli.inputs import TravelOption, TravelUrlOption
from delivery_app.cli.output import CliError, Speaker, speaker_of
from delivery_app.i18n import N_

if TYPE_CHECKING:
    from scheduler.problem import Problem
    from scheduler.roster import Roster
    from scheduler.travel import TravelTable

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
    travel: TravelOption = "crow_flies",
    travel_url: TravelUrlOption = None,
) -> None:
    from delivery_app.cli.inputs import read_problem, read_roster_of, travel_of_roster
    from delivery_app.cli.sample import DEMO_PACK, demo_folder

    speaker = speaker_of(ctx)
    if pack is not None and roster_file is None:
        raise CliError(N_("ROSTER is missing: a pack is served with its roster; make one by: naerplan plan"))
    require_port(port)
    problem = read_problem(DEMO_PACK if pack is None else pack, speaker)
    if roster_file is None:
        roster_file = demo_folder() / "roster.json"
        if not roster_file.is_file():
            raise CliError(N_("nothing is planned yet that could be served; begin with: naerplan demo"))
    roster = read_roster_of(roster_file, problem)
    table = travel_of_roster(problem, roster, travel, travel_url, speaker)
    serve_week(problem, roster, port, speaker, table)


SERVE_HELP = N_(
    "Serve a roster's week as a web page on this machine.\n\n"
    "Without PACK and ROSTER: what naerplan demo has planned. The page is read-only and has no "
    "sign-in, so it listens "
    "on the loopback address and nowhere else."
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve", help=SERVE_HELP)(serve)
