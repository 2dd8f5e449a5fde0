"""Realistic sample teams from a seed: no real person, and the same arguments always give the same team."""

from delivery_app.generator.facts import TeamFacts, team_facts
from delivery_app.generator.generate import generate_team

__all__ = ["TeamFacts", "generate_team", "team_facts"]
