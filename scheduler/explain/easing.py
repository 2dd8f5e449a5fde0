"""What the smallest relaxations share: how one is told, the budget of judgings, and the visit it is for (S11)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scheduler.explain.board import Board
from scheduler.explain.openings import Opening, openings, willing
from scheduler.explain.places import Offer
from scheduler.problem import Need
from scheduler.roster import Relaxation

#: No window, break or shift is widened by more than this.
WIDER_MOST_MIN = 120
#: Of one kind, so many of the smallest candidates are judged.
CANDIDATES_MOST = 6

#: Every kind of relaxation, those that ask least of people first.
KINDS = (
    "move",
    "window",
    "agreed",
    "start",
    "screen",
    "home",
    "break",
    "open_shift",
    "duration",
    "link",
    "shift",
    "extra_shift",
    "introduce",
    "carers_max",
    "package",
    "absence",
    "qualification",
    "one_carer",
)


@dataclass(frozen=True)
class Eased:
    """One relaxation that places the visit, verified: the judge finds no rule broken once it is granted.

    ``what`` is the kind, ``by`` the amount without words of any language ("+20 min", an id, a date and times).
    """

    what: str
    by: str
    offer: Offer
    #: Size in the kind's own unit, for comparing those of one kind.
    amount: float = 0
    #: Who could do it: for an extra shift, carers with time for it by the rules.
    carers: tuple[str, ...] = ()

    @property
    def row(self) -> Relaxation:
        """As it stands in ``roster.json``."""
        return Relaxation(self.what, self.by)


@dataclass
class Budget:
    """How much may be judged: visits of judged rosters, so that the same work is always given the same leave.

    ``left`` None: no limit. ``go_on`` is asked besides, for runs that are limited in seconds.
    """

    left: int | None = None
    cost: int = 0
    go_on: Callable[[], bool] = lambda: True

    def __call__(self) -> bool:
        """Take leave for one judging."""
        if self.spent:
            return False
        if self.left is not None:
            self.left -= self.cost
        return True

    @property
    def spent(self) -> bool:
        """Whether no further judging has leave."""
        return (self.left is not None and self.left < self.cost) or not self.go_on()


@dataclass(frozen=True)
class Case:
    """An unplaced visit: the board it is missing on, its need, and the days it may still lie on."""

    board: Board
    need: Need
    days: tuple[int, ...]
    budget: Budget

    def openings(self, need: Need | None = None) -> Iterator[tuple[int, Opening]]:
        """Every opening of every day by those who may come, for the need (or a changed one)."""
        asked = need or self.need
        carers = willing(self.board, asked)
        for day in self.days:
            for opening in openings(self.board, asked, day, carers):
                yield day, opening


def signed(minutes: int, *, later: bool) -> str:
    """``+20 min`` or ``-20 min``."""
    return f"{'+' if later else '-'}{minutes} min"
