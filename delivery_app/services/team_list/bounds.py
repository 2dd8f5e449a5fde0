"""What a meeting of the calendar may be, whoever puts it there: signs of its name, minutes."""

MOST_SIGNS = 100
LEAST_MINUTES, MOST_MINUTES = 5, 8 * 60
