"""What the helper is asked about plans: why a citizen cannot do with fewer carers, and why a visit stands where it does.

And what would give a new visit a place.
"""

from __future__ import annotations

from functools import lru_cache
from uuid import uuid4
from weakref import WeakKeyDictionary

from delivery_app.bridge.fitting import Wanted
from delivery_app.bridge.fitting_on import Help, helps
from delivery_app.jobs.questions import QUESTIONS
from delivery_app.moment import Moment
from delivery_app.views.plan import Plan
from delivery_app.views.reason import CitizenProof, citizen_proof
from scheduler.explain import Explanation, explain_visit
from scheduler.problem import Problem
from scheduler.roster import Roster

#: For so many minutes of the clock what would help a new visit is asked once.
SAME_MIN = 15
#: A plan's name between the processes: the helper keeps what it has worked out about the last ones.
_names: WeakKeyDictionary[Plan, str] = WeakKeyDictionary()


def proof_at_hand(plan: Plan, citizen_id: str) -> CitizenProof | None:
    """What is proven of a citizen; None while it is worked out."""
    return QUESTIONS.known(("proof", _name(plan), citizen_id), _proof, _name(plan), *_parts(plan), citizen_id)


def proof_waited_for(plan: Plan, citizen_id: str) -> CitizenProof:
    """What is proven of a citizen, for a print: it has no second look."""
    return QUESTIONS.answer(
        ("proof", _name(plan), citizen_id), _proof, _name(plan), *_parts(plan), citizen_id
    )


def explanation_at_hand(plan: Plan, need_code: str, day: int | None) -> Explanation | None:
    """Why a visit stands where it does, or has no place; None while it is worked out.

    Raises ProblemError when the roster has no such visit.
    """
    return QUESTIONS.known(("why", _name(plan), need_code, day), _explained, *_parts(plan), need_code, day)


def explanation_waited_for(plan: Plan, need_code: str, day: int | None) -> Explanation:
    """The same, waited for: by the button that follows it."""
    return QUESTIONS.answer(("why", _name(plan), need_code, day), _explained, *_parts(plan), need_code, day)


def helps_at_hand(plan: Plan, wanted: Wanted, now: Moment) -> tuple[Help, ...] | None:
    """What would give a new visit a place in a plan; None while it is worked out.

    Raises WantedError when the visit cannot be as it is asked for.
    """
    # The page asks again and again while the clock goes on: for some minutes the answer is the same.
    since = (now.date, now.minute // SAME_MIN)
    key = ("fit", _name(plan), tuple(sorted(wanted.cells.items())), wanted.once, since)
    return QUESTIONS.known(key, helps, *_parts(plan), wanted, now)


def _name(plan: Plan) -> str:
    return _names.setdefault(plan, uuid4().hex)


def _parts(plan: Plan) -> tuple[Problem, Roster]:
    return plan.problem, plan.roster


def _proof(name: str, problem: Problem, roster: Roster, citizen_id: str) -> CitizenProof:
    return citizen_proof(_plan(_Sent(name, problem, roster)), citizen_id)


def _explained(problem: Problem, roster: Roster, need_code: str, day: int | None) -> Explanation:
    return explain_visit(problem, roster, need_code, day)


class _Sent:
    """A plan that was sent; equal by its name alone."""

    def __init__(self, name: str, problem: Problem, roster: Roster) -> None:
        self.name, self.problem, self.roster = name, problem, roster

    def __hash__(self) -> int:
        return hash(self.name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Sent) and other.name == self.name


@lru_cache(maxsize=4)
def _plan(sent: _Sent) -> Plan:
    """The plan with all that was proven of it before."""
    return Plan(sent.problem, sent.roster)
