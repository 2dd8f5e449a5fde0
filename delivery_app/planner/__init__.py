"""Pages for those who plan a team. Each ``routes_*`` module with a ``router`` is found by itself."""
