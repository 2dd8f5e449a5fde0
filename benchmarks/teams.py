"""The teams that are measured, each made from a seed when it is needed; only their arguments stand in the repository."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.machine import ROOT

if TYPE_CHECKING:
    from scheduler.problem import Problem


@dataclass(frozen=True)
class SampleTeam:
    """The arguments of a sample team (:func:`delivery_app.generator.generate_team`)."""

    citizens: int
    carers: int
    seed: int = 7
    weeks: int = 1
    visits: int | None = None
    workload: float = 1.0
    municipality: str = "albertslund"

    def problem(self) -> Problem:
        """Make the team."""
        from delivery_app.generator import generate_team

        return generate_team(**asdict(self))

    def write(self, folder: Path) -> Path:
        """Make the team and write its pack; returns the folder."""
        from scheduler.pack import write_pack

        write_pack(self.problem(), folder)
        return folder


#: By the name that commands and tables use.
TEAMS = {
    # W1, W2, W7: 100 citizens, 25 carers, about 1,800 visits.
    "large": SampleTeam(100, 25, visits=1850, workload=1.07),
    # W3: two weeks, 42 carers a day, about 3,500 visits.
    "two-weeks": SampleTeam(120, 70, weeks=2, visits=1760, workload=0.75),
    # Ten times the large team in one.
    "ten-fold": SampleTeam(1000, 250),
}
DEMO = "fixtures/albertslund"
#: Citizens of the teams over whose size time is drawn; a carer for every four.
SIZES = (25, 50, 100, 200, 400)


def sized(citizens: int, seed: int = 7) -> SampleTeam:
    """A team of so many citizens, as others are, with a carer for every four."""
    return SampleTeam(citizens, max(4, round(citizens / 4)), seed)


@contextmanager
def packs_of(names: list[str]) -> Iterator[list[Path]]:
    """The packs of these names, made in a folder that is gone afterwards, or lying where the name says."""
    with tempfile.TemporaryDirectory() as place:
        found = []
        for name in names:
            if name in TEAMS and not Path(name).exists():
                found.append(TEAMS[name].write(Path(place, name)))
            else:
                found.append(ROOT / name if (ROOT / name).is_dir() else Path(name))
        yield found


def fingerprint(pack: Path) -> str:
    """Twelve signs that change when any file of a pack does."""
    total = hashlib.sha256()
    for path in sorted(pack.rglob("*")) if pack.is_dir() else [pack]:
        if path.is_file():
            total.update(path.name.encode())
            total.update(path.read_bytes())
    return total.hexdigest()[:12]
