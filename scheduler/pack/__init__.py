"""The open format: a team pack and its Problem, ``roster.json`` and its Roster, both ways.

The format itself is described in docs/team-pack.md; its columns are listed in :mod:`scheduler.pack.schema`.
"""

from scheduler.pack.findings import Finding, PackErrors, PackWarning, RowError
from scheduler.pack.reader import check_pack, read_pack
from scheduler.pack.roster_json import read_roster, write_roster
from scheduler.pack.writer import convert_pack, read_rows, write_pack, write_rows, write_table

__all__ = [
    "Finding",
    "PackErrors",
    "PackWarning",
    "RowError",
    "check_pack",
    "convert_pack",
    "read_pack",
    "read_roster",
    "read_rows",
    "write_pack",
    "write_roster",
    "write_rows",
    "write_table",
]
