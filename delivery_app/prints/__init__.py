"""Rosters on paper: printable HTML and PDF per carer, per citizen, and of the team's week."""

from delivery_app.prints.write import write_prints

__all__ = ["write_prints"]
