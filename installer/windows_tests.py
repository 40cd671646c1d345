"""The tests that a Windows may answer differently: `python -m installer.windows_tests`, on a real one and under Wine.

Files, locks, the store, forms, signatures, the vault, updates, the command line. What only computes gives the same
everywhere and is tested on Linux; screens are opened by the self-check of the installed program. What the vault asks
of a desktop (screen lock, capture, clipboard history) is tried on the desktop afterwards.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent / "tests"
ON_WINDOWS = (
    "test_store.py", "test_cli.py", "test_forms.py", "test_forms_folder.py", "test_form_set.py", "test_filling.py",
    "test_filings.py", "test_package.py", "test_signing.py", "test_certificates.py", "test_trust.py", "test_vault.py",
    "test_custody.py", "test_credentials.py", "test_updating.py", "test_workdays.py", "test_mail_code.py",
)  # fmt: skip
ON_THE_DESKTOP = ("windows/test_safeguards.py",)
BUT_NOT = {
    "test_store.py::test_network_share_is_recognised": "reads Linux' table of mounts",
    "test_filings.py::test_typing_is_not_lost_when_the_program_is_killed": "counts on the exit code of a signal",
    "test_filling.py::test_excel_rows_get_the_height_their_text_needs": "measures with the fonts of Linux",
}


def words(names: tuple[str, ...]) -> list[str]:
    """What pytest is told; property tests run without a deadline (CI is set)."""
    left_out = [word for name in BUT_NOT for word in ("--deselect", f"tests/{name}")]
    files = [f"tests/{name}" for name in names]
    return ["-q", "-p", "no:cacheprovider", "--timeout", "900", "--durations", "12", *left_out, *files]


def main() -> int:
    """Run them; returns pytest's exit code, the first that is not 0."""
    import pytest

    os.environ.setdefault("CI", "1")
    os.chdir(TESTS.parent)
    desktop = {**os.environ, "QT_QPA_PLATFORM": "windows"}
    shown = subprocess.run([sys.executable, "-m", "pytest", *words(ON_THE_DESKTOP)], env=desktop, check=False)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return int(pytest.main(words(ON_WINDOWS))) or shown.returncode


if __name__ == "__main__":
    sys.exit(main())
