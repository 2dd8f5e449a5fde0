"""The day as it happens, for those who plan and lead."""
