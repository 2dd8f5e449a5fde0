"""The team's list of messages and tasks, and its meetings about citizens."""
