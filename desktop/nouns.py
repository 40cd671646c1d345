"""Every module with a table: whoever takes back an action or compares the whole schema needs all of them."""

from __future__ import annotations

import importlib

WITH_TABLES = (
    "accounts", "adoption", "assignments", "changes", "credentials", "custody", "duty", "evidence", "figures",
    "filings.tables", "handover", "handover_items", "inspections", "leavers", "lifecycle", "mailing", "notices",
    "papers", "people", "proofs", "rectification", "signers", "submission", "trust", "units", "vault.tables",
)  # fmt: skip


def load_all() -> None:
    """Import every module with a table, so that the store knows all of its records."""
    for name in WITH_TABLES:
        importlib.import_module(f"desktop.{name}")
