"""The demo teams in ``fixtures/``, one a municipality: ``python -m delivery_app.generator.demo_teams``
writes them anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import delivery_app
from delivery_app.generator.generate import generate_team
from scheduler.pack import write_pack

FIXTURES = Path(delivery_app.__file__).parents[1] / "fixtures"


@dataclass(frozen=True)
class DemoTeam:
    """The arguments of a demo team; its folder has the municipality's name."""

    municipality: str
    citizens: int
    carers: int
    seed: int


#: The first is the one that ``make demo`` plans.
DEMO_TEAMS = (
    DemoTeam("albertslund", 50, 14, 7),
    DemoTeam("lolland", 48, 14, 7),
    DemoTeam("aalborg", 56, 16, 7),
    DemoTeam("jammerbugt", 45, 14, 7),
)


def write_demo_teams(folder: Path = FIXTURES) -> tuple[Path, ...]:
    """Write each demo team's pack into a folder of its own; returns these folders."""
    written = []
    for team in DEMO_TEAMS:
        problem = generate_team(team.municipality, team.citizens, team.carers, team.seed)
        target = folder / team.municipality
        write_pack(problem, target)
        written.append(target)
    return tuple(written)


if __name__ == "__main__":
    for path in write_demo_teams():
        print(path.name)
