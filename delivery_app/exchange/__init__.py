"""A team's data in files: read with all mistakes at once, looked through before it holds, written so that it reads back."""
