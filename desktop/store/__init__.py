"""One SQLite file: opening ritual, sessions, history, backups."""
