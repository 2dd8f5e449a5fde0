"""Files made of a roster for other programs."""
