"""What the measures of signing measure: real files, signed and verified."""

from __future__ import annotations

import io

import openpyxl

from desktop.bench import signing
from desktop.certificates import make_own
from desktop.documents.signing import sign
from desktop.documents.verifying import verify
from tests.signature_judges import NOW, members


def test_the_measured_files_are_what_they_are_called() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(signing.rows(50))).active
    assert (sheet.max_row, sheet.max_column) == (50, 8)
    for content in (signing.page(), signing.rows(50)):
        signed = sign(content, make_own("共青团林川县委员会", NOW), NOW)
        assert verify(signed).accepted
        assert len(signing.hashed(signed)) == len(members(signed))
