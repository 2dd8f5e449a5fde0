"""Pages for citizens, who have no account. Each ``routes_*`` module is found by itself."""
