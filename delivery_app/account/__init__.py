"""Pages about oneself: signing in and out, password, language, own sessions."""
