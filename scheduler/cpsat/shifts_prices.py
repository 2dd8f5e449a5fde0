"""What the choice of carers for open shifts costs beside the demand, one function a price (S6, S7, S17).

Prices are minutes of a carer's time, as in the objective.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from scheduler.cpsat.shifts_model import ShiftModel, by_week
from scheduler.elements import PARTS
from scheduler.fairness import (
    SHIFT_KINDS,
    balance_min,
    group_of,
    hours_weights,
    kinds_of,
    shares_of_shifts,
)
from scheduler.problem import Carer, Shift, week_of
from scheduler.wishes import DatedWish, dated_wishes

#: What taking a shift costs beside everything else: so that none is taken without use.
TAKING_PRICE = 1.0
#: Per minute by which the most that anyone without a contract takes in a week grows, times ``weights.unfair``.
PEAK_PRICE = 0.005
#: A round has about one visit per this many minutes of shift: turns prices per visit into prices per shift.
MINUTES_PER_VISIT = 35
#: Each minute of the contract that is still owed at the end costs so much, and as much more for every step of
#: hours that are owed beyond: paid hours are used, by those who owe most first. The steps reach up to what
#: anybody owes, and are at least so long.
DEBT_PRICE, DEBT_STEPS, DEBT_STEP_MIN = 0.025, 5, 6 * 60
#: Per minute above the week's hours where overtime is reckoned over several weeks: evens them out.
WEEK_PRICE = 0.1
#: Per shift (weekend, evening, night) above the fair share, times ``weights.unfair``; a second and third
#: shift above it cost as much more each.
SHARE_PRICE = 2.0
SHARE_STEPS = 3
#: Shares are parts of a shift: they are reckoned in hundredths.
PARTS_OF_SHIFT = 100


def add_prices(m: ShiftModel) -> None:
    """Every price but the demand's."""
    for taken in m.takes.values():
        m.pay(TAKING_PRICE, taken)
    for carer in m.carers:
        mine = m.options.get(carer.carer_id)
        if mine:
            overtime(m, carer, mine)
            even_weeks(m, carer, mine)
    hours_owed(m)
    peak(m)
    for kind in SHIFT_KINDS:
        fair_shares(m, kind)
    substitutes(m)
    for dated in dated_wishes(m.problem):
        if dated.wish.weight:
            wish(m, dated)


def overtime(m: ShiftModel, carer: Carer, mine: list[Shift]) -> None:
    """Shift minutes in a norm period above the carer's hours cost ``weights.overtime`` each."""
    if carer.week_hours is None:
        return
    norm = m.rules.norm_weeks
    periods: dict[int, list[Shift]] = defaultdict(list)
    for shift in mine:
        periods[week_of(shift.day) // norm].append(shift)
    for period, shifts in periods.items():
        have = sum(own.minutes for own in m.given[carer.carer_id] if week_of(own.day) // norm == period)
        weeks = min(norm, m.calendar.weeks - period * norm)
        # What the given shifts have above the norm is there anyway.
        room = max(0, round(60 * carer.week_hours * weeks) - have)
        _pay_above(m, m.weights.overtime, carer, shifts, room)


def hours_owed(m: ShiftModel) -> None:
    """Hours of the contract that are not worked over the pack cost, the more the more are owed."""
    owed_by = {
        carer.carer_id: -balance
        for carer in m.carers
        if carer.carer_id in m.options
        and (balance := balance_min(m.problem, carer, m.given[carer.carer_id])) is not None
    }
    length = max(DEBT_STEP_MIN, -(-max(owed_by.values(), default=0) // DEBT_STEPS))
    for carer in m.carers:
        for step in range(DEBT_STEPS):
            owed = owed_by.get(carer.carer_id, 0) - step * length
            if owed > 0:
                left = owed - m.minutes(carer, m.options[carer.carer_id])
                m.pay(DEBT_PRICE, m.above(left, 0, owed))


def even_weeks(m: ShiftModel, carer: Carer, mine: list[Shift]) -> None:
    """Where hours are settled over several weeks, a week above the norm costs a little."""
    if carer.week_hours is None or m.rules.norm_weeks == 1:
        return
    for week, shifts in by_week(mine).items():
        have = sum(own.minutes for own in m.given[carer.carer_id] if week_of(own.day) == week)
        _pay_above(m, WEEK_PRICE, carer, shifts, max(0, round(60 * carer.week_hours) - have))


def _pay_above(m: ShiftModel, price: float, carer: Carer, shifts: list[Shift], room: int) -> None:
    """Each open minute above ``room`` costs ``price``."""
    most = sum(shift.minutes for shift in shifts)
    if not price or most <= room:
        return
    m.pay(price, m.minutes(carer, shifts) if room == 0 else m.above(m.minutes(carer, shifts), room, most))


def peak(m: ShiftModel) -> None:
    """Where no contract says who has hours to work, open minutes are spread: the most that anyone takes in a week
    costs."""
    price = PEAK_PRICE * m.weights.unfair
    free = [carer for carer in m.carers if carer.week_hours is None]
    for shifts in by_week(m.open).values() if price else ():
        highest = m.model.new_int_var(0, sum(shift.minutes for shift in shifts), "")
        for carer in free:
            mine = [shift for shift in shifts if (shift.shift_id, carer.carer_id) in m.takes]
            if mine:
                m.model.add(highest >= m.minutes(carer, mine))
        m.pay(price, highest)


def fair_shares(m: ShiftModel, kind: str) -> None:
    """Weekends, evenings and nights above the share that goes with the hours cost, the more the further above.

    The fair share is of all such shifts, as if every open one were worked; by whom is open, so those of open
    shifts count for the carers who give care.
    """
    price = SHARE_PRICE * m.weights.unfair
    opened = [shift for shift in m.open if kind in kinds_of(m.problem, shift)]
    if not opened or not price:
        return
    given = {
        carer.carer_id: sum(kind in kinds_of(m.problem, own) for own in m.given[carer.carer_id])
        for carer in m.carers
    }
    worked = {carer.carer_id: sum(own.minutes for own in m.given[carer.carer_id]) for carer in m.carers}
    weights = hours_weights(m.problem, worked)
    shares = shares_of_shifts(m.problem, kind, given, weights)
    care = [carer.carer_id for carer in m.carers if group_of(carer) == "care"] or list(given)
    whole = sum(weights[one] for one in care)
    for carer in m.carers:
        mine = [shift for shift in opened if (shift.shift_id, carer.carer_id) in m.takes]
        if not mine:
            continue
        share = shares[carer.carer_id]
        more = len(opened) * (weights[carer.carer_id] / whole if whole else 1 / len(care))
        fair = share.fair + (more if carer.carer_id in care else 0)
        taken = sum(PARTS_OF_SHIFT * m.take(shift, carer) for shift in mine)
        for step in range(SHARE_STEPS):
            room = round(PARTS_OF_SHIFT * (fair + step - share.value))
            most = PARTS_OF_SHIFT * len(mine) - min(0, room)
            if most > room:
                # What the given shifts have above the share is there anyway.
                m.pay(price / PARTS_OF_SHIFT, m.above(taken, max(0, room), PARTS_OF_SHIFT * len(mine)))


def substitutes(m: ShiftModel) -> None:
    """A shift of visits by a substitute costs ``weights.substitute`` a visit."""
    for (shift_id, carer_id), taken in m.takes.items():
        if m.problem.carer_by_id[carer_id].kind == "substitute":
            visits = m.problem.shift_by_id[shift_id].minutes / MINUTES_PER_VISIT
            m.pay(m.weights.substitute * visits, taken)


def wish(m: ShiftModel, dated: DatedWish) -> None:
    """A wish not granted costs its weight. Wishing to work decides who works, not whether anybody does."""
    carer = m.problem.carer_by_id[dated.carer_id]
    mine = m.options.get(carer.carer_id, [])
    given = m.given[carer.carer_id]
    if dated.wish.wish == "off" or dated.wish.wish in PARTS:
        if any(dated.is_against(own) for own in given):
            return  # Nothing that is chosen here changes it.
        against = [m.take(shift, carer) for shift in mine if dated.is_against(shift)]
        if against:
            m.pay(dated.wish.weight, m.any_of(against))
        return
    if any(dated.is_for(own) for own in given):
        return
    wanted = [shift for shift in mine if dated.is_for(shift)]
    if wanted:
        got = [m.take(shift, carer) for shift in wanted]
        passed_over = m.model.new_bool_var("")
        for shift in wanted:
            for other in _others(m, shift, carer):
                m.model.add_bool_or([other.negated(), *got, passed_over])
        m.pay(dated.wish.weight, passed_over)


def _others(m: ShiftModel, shift: Shift, carer: Carer) -> list[Any]:
    return [
        m.takes[shift.shift_id, carer_id]
        for carer_id in m.takers[shift.shift_id]
        if carer_id != carer.carer_id
    ]
