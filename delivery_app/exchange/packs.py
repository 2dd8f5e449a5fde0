"""Uploaded files to a problem, and a problem to a file: one workbook, or a pack's folder as a zip."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from delivery_app.exchange import beside
from delivery_app.exchange.beside import Beside, BesideMistake, Cells
from scheduler.message import Message
from scheduler.pack import PackWarning, RowError, check_pack, write_pack
from scheduler.pack.schema import ROSTER_FILES, TABLES, TEAM_FILE
from scheduler.problem import Problem

XLSX, ZIP = ".xlsx", ".zip"
#: What a zip may hold, unpacked; nobody's team is so large.
MOST_UNPACKED = 100 * 1024 * 1024
_NAMES = {
    TEAM_FILE,
    *ROSTER_FILES,
    *(spec.file for spec in TABLES),
    *(f"{name}.csv" for name in beside.NAMES),
}


@dataclass(frozen=True)
class ReadFile:
    """A file as it was read: the problem (None when there are errors), everything wrong, what is only odd.

    ``beside`` are the tables of what no plan reads; their own mistakes stand in it.
    """

    problem: Problem | None
    errors: tuple[RowError | BesideMistake, ...]
    warnings: tuple[PackWarning, ...]
    beside: Beside = field(default_factory=Beside)


def read_upload(name: str, content: bytes) -> ReadFile:
    """Read what somebody handed in; whatever it is, the answer is a problem or sentences."""
    kind = Path(name).suffix.lower()
    with tempfile.TemporaryDirectory(prefix="naerplan-import-") as folder:
        if kind == XLSX:
            path = Path(folder) / "team.xlsx"
            path.write_bytes(content)
        elif kind == ZIP:
            path = Path(folder) / "pack"
            path.mkdir()
            mistake = _unpack(content, path)
            if mistake is not None:
                return _failed(name, mistake)
        else:
            message = Message(
                "'{value}' is neither a workbook (.xlsx) nor a zip of the pack's files; choose one of these",
                {"value": name[:80]},
            )
            return _failed(name, message)
        problem, errors, warnings = check_pack(path)
        found = beside.from_workbook(content) if kind == XLSX else beside.from_folder(path)
        odd = tuple(one for one in warnings if not beside.is_beside(one.file))
        return ReadFile(problem, errors, odd, found)


def _failed(name: str, message: Message) -> ReadFile:
    return ReadFile(None, (RowError(name[:80], None, "", message),), ())


def _unpack(content: bytes, folder: Path) -> Message | None:
    """The pack's own files of a zip into a folder, wherever in the zip they lie; a sentence when that fails."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            wanted = [one for one in archive.infolist() if PurePosixPath(one.filename).name in _NAMES]
            names = [PurePosixPath(one.filename).name for one in wanted]
            double = next((name for name in names if names.count(name) > 1), None)
            if double is not None:
                return Message(
                    "the zip holds {value} twice, in different folders; keep one team in it",
                    {"value": double},
                )
            if not wanted:
                return Message(
                    "the zip holds none of a pack's files (team.toml, citizens.csv …); zip the folder that does",
                    {"value": ""},
                )
            left = MOST_UNPACKED
            for one, name in zip(wanted, names, strict=True):
                with archive.open(one) as packed:
                    data = packed.read(left + 1)
                left -= len(data)
                if left < 0:
                    return Message(
                        "unpacked, the zip is larger than {value} MB; this is no team pack",
                        {"value": MOST_UNPACKED // 2**20},
                    )
                (folder / name).write_bytes(data)
    except Exception as error:  # what a broken or locked archive raises: there is no list of it
        return Message(
            "the zip cannot be opened ({reason}); zip the files again, without a password",
            {"value": "", "reason": type(error).__name__},
        )
    return None


def workbook(problem: Problem, more: Mapping[str, Sequence[Cells]] | None = None) -> bytes:
    """The team as one workbook that :func:`read_upload` reads back; ``more`` are the tables beside the pack."""
    with tempfile.TemporaryDirectory(prefix="naerplan-export-") as folder:
        path = Path(folder) / "team.xlsx"
        write_pack(problem, path)
        content = path.read_bytes()
    return content if more is None else beside.into_workbook(content, more)


def zipped(problem: Problem, more: Mapping[str, Sequence[Cells]] | None = None) -> bytes:
    """The team as a zip of a pack's files that :func:`read_upload` reads back; the same team, the same bytes.

    ``more`` are the tables beside the pack.
    """
    buffer = io.BytesIO()
    with tempfile.TemporaryDirectory(prefix="naerplan-export-") as folder:
        write_pack(problem, Path(folder))
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(Path(folder).iterdir()):
                info = zipfile.ZipInfo(path.name, (1980, 1, 1, 0, 0, 0))
                archive.writestr(info, path.read_bytes(), zipfile.ZIP_DEFLATED)
    content = buffer.getvalue()
    return content if more is None else beside.into_zip(content, more)
