"""What carers record: kinds, taking them in, and reading what they add up to."""
