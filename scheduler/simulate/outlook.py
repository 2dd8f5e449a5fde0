"""What a simulation tells: how each visit and each round is likely to go."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class VisitOutlook:
    """One visit over all runs. Times are pack minutes; delays are minutes after the planned start (before: negative).

    ``on_time_share`` starts within the tolerance of the planned start, ``call_share`` so late that the citizen is
    called; ``delay_late_min`` is exceeded in one run of ten.
    """

    need_id: str
    citizen_id: str
    day: int
    start_min: int
    modality: str
    carers: tuple[str, ...]
    on_time_share: float
    call_share: float
    delay_mean_min: float
    delay_late_min: float


@dataclass(frozen=True)
class RoundOutlook:
    """One shift's round over all runs. ``end_*``: when the carer is done, journey home included.

    ``over_share`` ends after the shift does, on average by ``over_mean_min`` (runs in time counted as 0);
    ``break_late_share``: the break ends after ``break_to``; ``ferry_missed_share``: a last ferry has left.
    ``on_time_share`` is the mean over the round's home visits, None without any.
    """

    shift_id: str
    carer_id: str
    day: int
    end_planned_min: int
    end_mean_min: float
    end_late_min: float
    over_share: float
    over_mean_min: float
    on_time_share: float | None
    break_late_share: float
    ferry_missed_share: float


@dataclass(frozen=True)
class Simulation:
    """A roster's days, lived ``runs`` times.

    ``punctuality`` is the mean share of home visits that start within ``tolerance_min`` of the planned start, None
    without home visits; ``calls`` the mean number of calls to citizens in the roster's weeks.
    """

    runs: int
    seed: int
    tolerance_min: int
    punctuality: float | None
    calls: float
    visits: tuple[VisitOutlook, ...]
    rounds: tuple[RoundOutlook, ...]
