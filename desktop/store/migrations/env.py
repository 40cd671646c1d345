"""Alembic looks for this file; the program runs migrations itself (desktop/store/migrating.py)."""
