"""Typer in the reader's language: help, usage errors and exit codes of every command.

Commands are written with English message ids (marked by ``N_``); these classes translate them when a command
tree is built, so that one process can hold trees in both languages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from delivery_app.cli.errors import BAD_INPUT, STOPPED, report
from delivery_app.cli.examples import EXAMPLES
from delivery_app.cli.output import Speaker
from delivery_app.i18n import N_, Translate, translator

HELP = N_("Show this text and exit.")
#: The library's own words on a help page, by the name it keeps them under.
LIBRARY_WORDS = {
    "ARGUMENTS_PANEL_TITLE": N_("Arguments"),
    "OPTIONS_PANEL_TITLE": N_("Options"),
    "COMMANDS_PANEL_TITLE": N_("Commands"),
    "DEFAULT_STRING": N_("[default: {}]"),
    "REQUIRED_LONG_STRING": N_("[required]"),
}

#: The library's usage errors that carry nothing but their sentence.
_USAGE_SENTENCES = (
    (
        r"No such command '(?P<name>.*?)'\.(?: Did you mean '(?P<guess>.*?)'.*)?$",
        N_("there is no command '{name}'"),
    ),
    (r"Got unexpected extra argument\(?s?\)? \((?P<name>.*)\)", N_("'{name}' is one word too many")),
    (r"Option '(?P<name>.*)' requires", N_("{name} needs a value after it")),
    (r"Option '(?P<name>.*)' does not take a value", N_("{name} takes no value")),
    (r"No such option: (?P<name>.*)", N_("there is no option {name}")),
    (r"Missing command", N_("a command is missing")),
)
#: What a value should have been, by the kind of the check that refused it.
_EXPECTED = {
    "int_parsing": N_("'{value}' is not a whole number"),
    "int_from_float": N_("'{value}' is not a whole number"),
    "int_parsing_size": N_("'{value}' is too large"),
    "float_parsing": N_("'{value}' is not a number"),
    "finite_number": N_("'{value}' is not a number"),
    "greater_than_equal": N_("{value} is too small; write {ge} or more"),
    "greater_than": N_("{value} is too small; write more than {gt}"),
    "less_than_equal": N_("{value} is too large; write {le} or less"),
}


class _Spoken:
    """Translates a command's texts as it is made; ``speaker`` is set on the subclass for a language."""

    speaker: Speaker
    help: str | None
    epilog: str | None
    short_help: str | None
    params: list[Any]
    name: str | None

    def _translate_texts(self) -> None:
        translate = translator(self.speaker.lang)
        self.help = translate(self.help) if self.help else None
        self.short_help = translate(self.short_help) if self.short_help else None
        for param in self.params:
            param.help = translate(param.help) if param.help else None
            if param.metavar:
                param.metavar = translate(param.metavar)
            if param.param_type_name == "argument" or param.is_flag:
                # The library would write <path> and <bool> there, which tells a planner nothing.
                param.display_type_rich = _no_type

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = self.speaker._(HELP)
            option.display_type_rich = _no_type
        return option

    def get_usage(self, ctx: Any) -> str:
        usage: str = super().get_usage(ctx)  # type: ignore[misc]
        return usage_in(usage, translator(self.speaker.lang))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        # The path without the program's own name: "pack new".
        path = " ".join(ctx.command_path.split()[1:])
        self.epilog = examples_text(path, translator(self.speaker.lang))
        with library_words(self.speaker._):
            super().format_help(ctx, formatter)  # type: ignore[misc]


def _no_type(ctx: Any) -> str:
    return ""


def usage_in(usage: str, translate: Translate) -> str:
    """The library's usage line with its fixed words translated, and what must be given by its bare name."""
    words = {
        "Usage:": N_("Usage:"),
        "[OPTIONS]": N_("[OPTIONS]"),
        "COMMAND [ARGS]...": N_("COMMAND [ARGS]..."),
    }
    for english, msgid in words.items():
        usage = usage.replace(english, translate(msgid))
    # The library puts what must be given in braces; nobody is to type them.
    return re.sub(r"\{([^{}|]+)\}", r"\1", usage)


def examples_text(path: str, translate: Translate) -> str | None:
    """The examples of a command, each with a line on what it does."""
    if path not in EXAMPLES:
        return None
    parts = [f"{translate(about)}:\n  {command}" for about, command in EXAMPLES[path]]
    return "\n\n".join([translate(N_("Examples")), *parts]).replace("[", "\\[")


class library_words:
    """While it lasts, the library's fixed words on help pages are in the reader's language."""

    def __init__(self, translate: Translate) -> None:
        from typer import rich_utils  # slow to import, and only help pages need it

        self._library = rich_utils
        self._words = {name: translate(msgid) for name, msgid in LIBRARY_WORDS.items()}
        self._before: dict[str, str] = {}

    def __enter__(self) -> None:
        self._before = {name: getattr(self._library, name) for name in self._words}
        for name, word in self._words.items():
            setattr(self._library, name, word)

    def __exit__(self, *_: object) -> None:
        for name, word in self._before.items():
            setattr(self._library, name, word)


def usage_sentence(error: Any, translate: Translate) -> str:
    """What is wrong with the words after ``naerplan``, from the library's error."""
    kind = type(error).__name__
    param = getattr(error, "param", None)
    name = param.opts[0] if param is not None and param.param_type_name == "option" else None
    if name is None and param is not None:
        name = translate(param.metavar) if param.metavar else param.name
    if kind == "MissingParameter":
        return translate(N_("{name} is missing")).format(name=name)
    if kind == "BadParameter":
        details: list[Any] = getattr(error.__cause__, "errors", list)()
        if details and details[0]["type"] in _EXPECTED:
            values = {"value": details[0]["input"], **details[0].get("ctx", {})}
            return f"{name}: {translate(_EXPECTED[details[0]['type']]).format(**values)}"
        return f"{name}: {error.message}"
    if kind == "NoSuchOption" and error.possibilities:
        guess = ", ".join(sorted(error.possibilities))
        template = translate(N_("there is no option {name}; did you mean {guess}?"))
        return template.format(name=error.option_name, guess=guess)
    for pattern, msgid in _USAGE_SENTENCES:
        found = re.match(pattern, error.message)
        if found:
            sentence = translate(msgid).format(**found.groupdict())
            near = found.groupdict().get("guess")
            return sentence + (translate(N_("; did you mean {guess}?")).format(guess=near) if near else "")
    return str(error.message)


class SpokenCommand(_Spoken, TyperCommand):
    """A command that teaches in the reader's language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._translate_texts()


class SpokenGroup(_Spoken, TyperGroup):
    """A group of commands; the outermost one turns every error into sentences and an exit code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._translate_texts()

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """As the library's, with our sentences; outside standalone mode errors pass as they are."""
        if not standalone_mode:
            return super().main(args, prog_name, standalone_mode=False, **extra)
        try:
            code = super().main(args, prog_name, standalone_mode=False, **extra)
        except typer.TyperException as error:
            code = self._usage_error(error)
        except (KeyboardInterrupt, typer.Abort):
            self.speaker.fail([self.speaker._(N_("Stopped; nothing was written"))])
            code = STOPPED
        except BrokenPipeError:
            raise
        except Exception as error:
            if self.speaker.debug:
                raise
            code = report(error, self.speaker)
        raise SystemExit(code if isinstance(code, int) else 0)

    def _usage_error(self, error: Any) -> int:
        ctx = getattr(error, "ctx", None)
        if type(error).__name__ == "NoArgsIsHelpError":
            return BAD_INPUT
        if ctx is not None:
            self.speaker.err.print(ctx.get_usage(), soft_wrap=True)
            hint = N_("More: {command} --help")
            self.speaker.note(hint, command=ctx.command_path)
        self.speaker.fail([usage_sentence(error, self.speaker._)])
        return BAD_INPUT


def classes_for(speaker: Speaker) -> tuple[type[SpokenCommand], type[SpokenGroup]]:
    """The command and the group class that speak for a run."""
    command = type("Command", (SpokenCommand,), {"speaker": speaker})
    group = type("Group", (SpokenGroup,), {"speaker": speaker})
    return command, group
