"""What must not go wrong in a day: late, not home, help, emergencies."""
