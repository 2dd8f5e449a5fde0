"""The loop of simulated annealing, once for every state that is searched.

The threshold of a move is drawn before the move is evaluated, so that whoever judges it can give it up as soon as it
is exceeded; after Ceschia, Di Gaspero, Rosati, Schaerf (2024), doi:10.1111/itor.13585. The best state is kept when the
search is about to leave it, not each time one is met: copying is dear.
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
from numba.extending import register_jitable

#: A compiled function called from Python. Numba counts the references of every array at every access to a tuple of
#: arrays, at several times the price of the work itself; ``_nrt=False`` leaves that out. The arrays belong to the
#: caller, who outlives the call; compiled code must not make any.
bare_entry: Any = numba.njit(cache=True, error_model="numpy", _nrt=False)  # type: ignore[call-overload]
#: One called only from compiled code, and copied into whoever calls it.
bare_hot: Any = numba.njit(  # type: ignore[call-overload]
    cache=True,
    error_model="numpy",
    _nrt=False,
    no_cpython_wrapper=True,
    no_cfunc_wrapper=True,
    forceinline=True,
)
#: What a part handed to :func:`make_annealing` must be marked with. It stays a Python function, by whose name the
#: compiled loop is found again on disk; one that is compiled already has another identity in each process.
part: Any = register_jitable(_nrt=False, forceinline=True)


def make_annealing(draw: Any, price: Any, attempt: Any, undo: Any, keep: Any) -> Callable[..., Any]:
    """The compiled loop for one kind of state; each part is a function marked with :data:`part`.

    Parameters
    ----------
    draw : ``draw(world)``
        A random number: ``-ln u`` with ``u`` even between 0 and 1.
    price : ``price(world)``
        What the state costs.
    attempt : ``attempt(world, limit)``
        Make a random change; returns (whether it can be and the state costs at most ``limit``, what it costs).
    undo : ``undo(world)``
        Take back everything since the last ``attempt`` began, even one that succeeded.
    keep : ``keep(world, best)``
        Copy the state into ``best``, a world of the same shapes.

    Returns
    -------
    ``run(world, best, iterations, hot, cold)``: that many moves while the temperature falls from ``hot`` to ``cold``,
    in the units of the price; returns (lowest price, moves accepted). ``best`` must hold a state and its price.
    """

    @bare_entry
    def run(world, best, iterations, hot, cold):
        current, lowest = price(world), price(best)
        accepted = 0
        unsaved = False
        if current < lowest:
            lowest = current
            unsaved = True
        temperature = hot
        cooling = (cold / hot) ** (1.0 / max(1, iterations))
        for _ in range(iterations):
            temperature *= cooling
            possible, after = attempt(world, current + temperature * draw(world))
            if not possible:
                undo(world)
                continue
            if unsaved and after > current:
                undo(world)  # the one move that is lost for keeping the best
                keep(world, best)
                unsaved = False
                continue
            accepted += 1
            current = after
            if after < lowest - 1.0e-6:
                lowest = after
                unsaved = True
        if unsaved:
            keep(world, best)
        return lowest, accepted

    return run
