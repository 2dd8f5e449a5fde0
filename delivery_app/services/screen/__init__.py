"""Screen visits as calls: the citizen's link, whether and when a call may be made, who is on the line (S9, D6)."""
