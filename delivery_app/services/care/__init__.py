"""What is done in the home: the care plan by visit, instructions, goals, warnings, and what is due."""
