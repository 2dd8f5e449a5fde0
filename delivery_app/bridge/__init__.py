"""Between the tables and the optimiser: the only package that knows both.

- :func:`load_problem` and :func:`load_pack` write a team pack into the database,
- :func:`problem_from` reads it back as a problem of some weeks,
- :func:`save_roster`, :func:`publish` and :func:`roster_from` keep the answers.

Nothing here commits: the caller does, once (:meth:`delivery_app.db.Database.transaction`).
"""

from delivery_app.bridge.errors import BridgeError
from delivery_app.bridge.load import load_problem
from delivery_app.bridge.pack import load_pack
from delivery_app.bridge.read import problem_from
from delivery_app.bridge.rosters import publish, published_roster, roster_from, save_roster

__all__ = [
    "BridgeError",
    "load_pack",
    "load_problem",
    "problem_from",
    "publish",
    "published_roster",
    "roster_from",
    "save_roster",
]
