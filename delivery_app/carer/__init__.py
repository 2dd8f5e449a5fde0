"""Pages for carers: their own rounds of the rosters that hold. Each ``routes_*`` module is found by itself."""
