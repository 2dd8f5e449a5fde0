"""Pages for administrators: users, teams, catalogues. Each ``routes_*`` module is found by itself."""
