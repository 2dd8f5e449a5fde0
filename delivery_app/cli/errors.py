"""From any error to sentences a person can act on; what nobody foresaw becomes one line, never a trace."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from delivery_app.cli.output import CliError, Speaker
from delivery_app.i18n import N_
from scheduler.message import ProblemError

if TYPE_CHECKING:
    from models.errors import RememberingError

Translate = Callable[[str], str]
#: Exit codes: a roster breaks a hard rule; bad input; a mistake of the program; stopped by Ctrl-C.
BROKEN, BAD_INPUT, INTERNAL, STOPPED = 1, 2, 3, 130

UNFORESEEN = N_(
    "Something went wrong inside the program: {kind}: {reason}. Nothing was written. "
    "Run the command again with --debug to see where, and report it"
)
_OS_REASONS = {
    errno.ENOENT: N_("{path}: there is no such file or folder"),
    errno.EACCES: N_("{path}: you may not read or write it"),
    errno.EPERM: N_("{path}: you may not read or write it"),
    errno.EROFS: N_("{path}: the disk is read-only"),
    errno.EISDIR: N_("{path}: is a folder; name a file"),
    errno.ENOTDIR: N_("{path}: a part of it is a file, not a folder"),
    errno.EEXIST: N_("{path}: a file of that name is in the way"),
    errno.ENOSPC: N_("{path}: the disk is full"),
    errno.ENAMETOOLONG: N_("{path}: the name is too long"),
}
_OS_OTHER = N_("{path}: {reason}")


def explain(error: Exception, translate: Translate) -> list[str] | None:
    """The error in sentences, all of them when it holds several; None when it is nothing that a person can
    mend."""
    if isinstance(error, ProblemError):
        return [error.message.render(translate)]
    if isinstance(error, CliError):
        return [translate(error.template).format(**error.values)]
    if isinstance(error, OSError) and not isinstance(error, ConnectionError):
        return [_os_error(error, translate)]
    return _of_ours(error, translate) or _of_database(error, translate)


def _of_ours(error: Exception, translate: Translate) -> list[str] | None:
    from models.catalogue_errors import CatalogueError
    from models.errors import RememberingError
    from scheduler.pack.findings import PackErrors

    if isinstance(error, PackErrors | CatalogueError):
        return error.render(translate).splitlines()
    if isinstance(error, RememberingError):
        return [_remembering(error, translate)]
    return None


def _remembering(error: RememberingError, translate: Translate) -> str:
    """The sentence; another such error among its values stands for its own."""
    from models.errors import RememberingError

    values = {
        name: _remembering(value, translate) if isinstance(value, RememberingError) else value
        for name, value in error.values.items()
    }
    return translate(error.template).format(**values)


def _of_database(error: Exception, translate: Translate) -> list[str] | None:
    from sqlalchemy.exc import OperationalError

    if not isinstance(error, OperationalError):
        return None
    reason = str(error.orig).strip().splitlines()[0]
    template = N_("The database cannot be used: {reason}. Look at DATABASE_URL, and that the database runs")
    return [translate(template).format(reason=reason)]


def _os_error(error: OSError, translate: Translate) -> str:
    template = _OS_REASONS.get(error.errno or 0, _OS_OTHER)
    path = error.filename2 or error.filename or "–"
    reason = error.strerror or type(error).__name__
    return translate(template).format(path=os.fspath(path), reason=reason)


def report(error: Exception, speaker: Speaker) -> int:
    """Say what is wrong; the exit code."""
    sentences = explain(error, speaker._)
    if sentences is not None:
        speaker.fail(sentences)
        if len(sentences) > 1:
            speaker.note(N_("{count} mistakes; nothing was written"), count=len(sentences))
        return BAD_INPUT
    reason = " ".join(str(error).split()) or "–"
    speaker.fail([speaker._(UNFORESEEN).format(kind=type(error).__name__, reason=reason)])
    return INTERNAL
