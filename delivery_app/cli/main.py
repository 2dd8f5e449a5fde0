"""The command line: which language to speak, and the tree of commands.

Each module registers its commands; what they need is imported when they run, so that help comes at once.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from delivery_app.cli import (
    auditing,
    benchmark,
    catalogues,
    comparing,
    database,
    demo,
    explaining,
    fitting,
    packs,
    planning,
    replanning,
    retaining,
    serving,
    simulating,
    users,
    whatif,
)
from delivery_app.cli.errors import BAD_INPUT
from delivery_app.cli.output import Speaker
from delivery_app.cli.spoken import classes_for
from delivery_app.i18n import LANGUAGES, N_, pick_language

PROGRAM = "naerplan"
APP_HELP = N_(
    "Nærplan plans a home-care team's week.\n\n"
    "Visits within each citizen's package hours and times, with as few different carers in each home "
    "as possible. "
    "--lang and --debug may stand anywhere among the words."
)


def main(arguments: Sequence[str] | None = None) -> None:
    """The program: reads the command line, runs one command, ends with its exit code (SystemExit)."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if arguments is None:
        # A command's data lives as long as it: looking through it for garbage takes a tenth of the time and finds little.
        gc.set_threshold(100_000, 20, 20)
    for stream in (sys.stdout, sys.stderr):
        # A terminal of a C locale still gets Danish letters, never a trace about encodings.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    explicit, debug, rest, mistake = take_common_options(words)
    try:
        lang = pick_language(explicit, os.environ)
    except ValueError:
        lang, mistake = pick_language(None, os.environ), explicit
    speaker = Speaker(lang, debug)
    if mistake is not None:
        template = N_("--lang: '{value}' is not a language of the program; choose one of {choices}")
        speaker.fail([speaker._(template).format(value=mistake, choices=", ".join(LANGUAGES))])
        raise SystemExit(BAD_INPUT)
    app = build_app(lang, debug=debug)
    try:
        app(args=rest, prog_name=PROGRAM)
    except BrokenPipeError:
        # Whoever reads us has heard enough (naerplan show … | head).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None


def take_common_options(words: Sequence[str]) -> tuple[str | None, bool, list[str], str | None]:
    """``--lang`` and ``--debug`` taken out of the words, wherever they stand.

    Returns
    -------
    language, debug, the other words, and ``""`` when ``--lang`` stands last without a value (else None)
    """
    lang: str | None = None
    debug = False
    rest: list[str] = []
    position = 0
    while position < len(words):
        word = words[position]
        if word == "--":
            rest += words[position:]
            break
        if word == "--debug":
            debug = True
        elif word == "--lang":
            if position + 1 == len(words):
                return lang, debug, rest, ""
            position += 1
            lang = words[position]
        elif word.startswith("--lang="):
            lang = word.removeprefix("--lang=")
        else:
            rest.append(word)
        position += 1
    return lang, debug, rest, None


def build_app(lang: str, *, debug: bool = False) -> typer.Typer:
    """All commands, speaking that language."""
    speaker = Speaker(lang, debug)
    command, group = classes_for(speaker)

    class Spoken(typer.Typer):
        def command(self, name=None, **options):  # type: ignore[no-untyped-def]
            return super().command(name, cls=command, **options)

    def make(**options: object) -> typer.Typer:
        return Spoken(
            cls=group,
            add_completion=False,
            no_args_is_help=True,
            rich_markup_mode="rich",
            pretty_exceptions_enable=False,
            **options,  # type: ignore[arg-type]
        )

    app = make(help=APP_HELP, context_settings={"obj": speaker})
    app.callback()(_common)
    planning.register(app)
    replanning.register(app)
    comparing.register(app)
    explaining.register(app)
    fitting.register(app)
    whatif.register(app)
    simulating.register(app)
    packs.register(app, make())
    catalogues.register(app, make())
    database.register(app, make())
    auditing.register(app, make())
    retaining.register(app)
    users.register(app, make())
    serving.register(app)
    demo.register(app)
    benchmark.register(app)
    return app


def _common(
    lang: Annotated[
        str | None,
        typer.Option(
            "--lang",
            metavar="da|en",
            show_default=False,
            help=N_("Language: da or en; without it the locale's (LC_ALL, LANG), else Danish."),
        ),
    ] = None,
    debug: Annotated[
        bool, typer.Option("--debug", help=N_("Show where in the program an unforeseen error arose."))
    ] = False,
) -> None:
    # Both are read before the commands are made (main); they stand here so that help tells of them.
    del lang, debug


if __name__ == "__main__":
    main()
