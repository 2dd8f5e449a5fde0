"""The optimiser: a team's data in, a judged roster out.

Knows no database, no web and no clock but its own time limit. Start reading at :mod:`scheduler.solve`.
"""
