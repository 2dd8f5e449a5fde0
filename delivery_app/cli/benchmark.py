"""``naerplan hhcrsp``: a file of the public benchmark, solved and written in the public format."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from delivery_app.cli.errors import BROKEN
from delivery_app.cli.inputs import check_out_file
from delivery_app.cli.output import CliError, speaker_of
from delivery_app.i18n import N_, number


def hhcrsp(
    ctx: typer.Context,
    instance_file: Annotated[
        Path, typer.Argument(readable=False, metavar=N_("INSTANCE"), help=N_("The instance, a JSON file."))
    ],
    out: Annotated[
        Path,
        typer.Option("--out", readable=False, metavar=N_("FILE"), help=N_("Where the solution is written.")),
    ],
    seconds: Annotated[
        float | None,
        typer.Option("--seconds", min=0.1, metavar=N_("S"), help=N_("Time limit; 10 when none is given.")),
    ] = None,
    iterations: Annotated[
        int | None,
        typer.Option("--iterations", min=1, metavar=N_("N"), help=N_("Limit in steps of each process.")),
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", min=0, metavar=N_("N"), help=N_("Another number, another search."))
    ] = 1,
    workers: Annotated[
        int, typer.Option("--workers", min=1, max=64, metavar=N_("N"), help=N_("Processes that search."))
    ] = 2,
) -> None:
    from delivery_app.cli.progress import cancel_on_interrupt
    from scheduler.hhcrsp import cost_of, read_instance, solve_hhcrsp, violations_of
    from scheduler.hhcrsp.solution import solution_json
    from scheduler.pack.files import write_whole

    speaker = speaker_of(ctx)
    if seconds is not None and iterations is not None:
        raise CliError(N_("--seconds and --iterations are both given; keep one of them"))
    check_out_file(out)
    instance = read_instance(instance_file)
    with cancel_on_interrupt(speaker) as cancel:
        solution = solve_hhcrsp(
            instance, seconds=seconds, iterations=iterations, seed=seed, workers=workers, cancel=cancel.is_set
        )
    write_whole(out, solution_json(solution).encode())
    cost = cost_of(instance, solution)
    speaker.say(
        N_(
            "Cost {total} (distance {distance}, tardiness {tardiness}, greatest tardiness {worst}); "
            "written to {path}"
        ),
        total=number(cost.total, speaker.lang, 2),
        distance=number(cost.distance_min, speaker.lang, 2),
        tardiness=number(cost.total_tardiness_min, speaker.lang, 2),
        worst=number(cost.greatest_tardiness_min, speaker.lang, 2),
        path=out,
    )
    wrong = violations_of(instance, solution)
    speaker.fail(f"{one.rule}: {one.message}" for one in wrong)
    raise typer.Exit(BROKEN if wrong else 0)


HHCRSP_HELP = N_(
    "Solve an instance of the public benchmark (HHCRSP).\n\n"
    "One day of home visits with pairs of carers; the format and the cost are those of Ceschia, Di "
    "Gaspero, Rosati "
    "and Schaerf, doi 10.1111/itor.13585."
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("hhcrsp", help=HHCRSP_HELP)(hhcrsp)
