"""Two rosters of the same problem side by side: figures, citizens, carers (requirement S15).

Both are judged anew, so that rosters made by hand or by other programs compare as well. The first roster is what
one has, the second what one might take instead: better and worse are said of the second.
"""

from scheduler.compare.held import compare, matched
from scheduler.compare.rows import (
    BETTER,
    OTHER,
    SAME,
    WORSE,
    CarerChange,
    CitizenChange,
    Comparison,
    LeftOut,
    Pair,
    VisitChange,
)

__all__ = [
    "BETTER",
    "OTHER",
    "SAME",
    "WORSE",
    "CarerChange",
    "CitizenChange",
    "Comparison",
    "LeftOut",
    "Pair",
    "VisitChange",
    "compare",
    "matched",
]
