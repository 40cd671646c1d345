"""The page of certificates: make, export, issue, recognise, revoke, with the vault open and locked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from desktop import certificates, signers, trust
from desktop.background import Background
from desktop.certificates import make_own, write_p12
from desktop.documents.signatures.identity import fingerprint, holder
from desktop.errors import Locked
from desktop.store import Store
from desktop.vault import Vault
from desktop.windows import dialogs
from desktop.windows.certificates import CertificatesPage, IssuedPanel, KnownPanel, OwnPanel
from tests.signature_judges import NOW

PASSPHRASE = "林川 test-only 口令"


class Chooser:
    """Stands for the system's file dialog: the next file to read, and the file to write."""

    def __init__(self) -> None:
        self.files: list[Path] = []
        self.target: Path | None = None
        self.errors: list[BaseException] = []


@pytest.fixture
def chooser(monkeypatch: pytest.MonkeyPatch) -> Chooser:
    made = Chooser()
    monkeypatch.setattr(dialogs, "choose_file", lambda *_: made.files.pop(0) if made.files else None)
    monkeypatch.setattr(dialogs, "choose_target", lambda *_: made.target)
    monkeypatch.setattr(dialogs, "show_error", lambda _, error: made.errors.append(error))
    monkeypatch.setattr(dialogs, "ask", lambda *_: True)
    return made


@pytest.fixture
def page(tmp_path: Path, chooser: Chooser, qtbot) -> Iterator[CertificatesPage]:
    clock = datetime(2026, 11, 20, 12)
    with Store.open(tmp_path / "data", actor="赵示例", clock=lambda: clock) as store:
        vault = Vault(store)
        vault.prove_recovery(vault.create(PASSPHRASE))
        background = Background(chooser.errors.append)
        made = CertificatesPage(store, background, vault)
        qtbot.addWidget(made)
        made.show()
        made.refresh()
        yield made
        background.finish()


def parts(page: CertificatesPage) -> tuple[OwnPanel, KnownPanel, IssuedPanel]:
    own, known, issued = page.panels
    assert isinstance(own, OwnPanel) and isinstance(known, KnownPanel) and isinstance(issued, IssuedPanel)
    return own, known, issued


def settle(page: CertificatesPage, qtbot) -> None:
    qtbot.waitUntil(lambda: not page.panels[0].background.busy, timeout=20_000)


def test_make_and_export_the_units_certificate(page: CertificatesPage, chooser: Chooser, tmp_path: Path, qtbot) -> None:
    own, known, _ = parts(page)
    own.name.set_text("共青团林川县委员会")
    own.make.click()
    settle(page, qtbot)
    (row,) = own.table.model.shown
    assert (row.holder, row.kind) == ("共青团林川县委员会", signers.UNIT)
    assert [found.how for found in known.table.model.shown] == ["本单位保存私钥"]
    own.table.view.selectRow(0)
    chooser.target = tmp_path / "单位.cer"
    own._export()
    assert trust.digits(certificates.read_certificate(chooser.target.read_bytes())) == row.fingerprint
    assert chooser.errors == []


def test_a_locked_vault_makes_nothing(page: CertificatesPage, chooser: Chooser, qtbot) -> None:
    own, _, _ = parts(page)
    own.vault.lock()
    own.name.set_text("共青团林川县委员会")
    own.make.click()
    settle(page, qtbot)
    assert [type(error) for error in chooser.errors] == [Locked]
    assert own.table.model.shown == []


def test_a_certificate_file_is_taken_over(page: CertificatesPage, chooser: Chooser, tmp_path: Path, qtbot) -> None:
    own, _, _ = parts(page)
    file = tmp_path / "旧.p12"
    file.write_bytes(write_p12(make_own("共青团林川县委员会", NOW), PASSPHRASE))
    chooser.files = [file]
    own.passphrase.set_text(PASSPHRASE)
    own._take()
    settle(page, qtbot)
    assert [row.holder for row in own.table.model.shown] == ["共青团林川县委员会"]
    assert own.passphrase.text() == "" and chooser.errors == []


def test_a_superior_issues_revokes_and_hands_out_the_list(
    page: CertificatesPage, chooser: Chooser, tmp_path: Path, qtbot
) -> None:
    _, _, issued = parts(page)
    assert not issued.make.isHidden() and not issued.issue.isEnabled()
    issued.make.click()
    settle(page, qtbot)
    assert issued.make.isHidden() and issued.issue.isEnabled()
    school = make_own("共青团林川一中委员会", NOW)
    file = tmp_path / "一中.cer"
    file.write_bytes(certificates.exported(school.certificate))
    chooser.files, chooser.target = [file], tmp_path / "签发.cer"
    issued._issue()
    given = certificates.read_certificate(chooser.target.read_bytes())
    assert given.public_key() == school.certificate.public_key()
    issued.table.view.selectRow(0)
    chooser.target = tmp_path / "1.crl"
    issued._revoke()
    assert "原因" in str(chooser.errors.pop())
    issued.why.set_text("换届")
    issued.table.view.selectRow(0)
    issued._revoke()
    assert certificates.list_number(certificates.read_list(chooser.target.read_bytes())) == 1
    (row,) = issued.table.model.shown
    assert row.why == "换届" and chooser.errors == []


def test_nothing_is_issued_or_recognised_before_its_fingerprint_was_shown(
    page: CertificatesPage, chooser: Chooser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot
) -> None:
    _, known, issued = parts(page)
    issued.make.click()
    settle(page, qtbot)
    school = make_own("共青团林川一中委员会", NOW).certificate
    root = certificates.make_root("林川市根证书", NOW).certificate
    asked: list[str] = []
    monkeypatch.setattr(dialogs, "ask", lambda _, question, detail, *__: asked.append(question + detail) or False)
    known.how.set_text("电话核对")
    deeds = (
        (school, issued._issue),
        (school, lambda: known._decide(trust.pin)),
        (root, lambda: known._decide(trust.trust_root)),
    )
    for certificate, deed in deeds:
        file = tmp_path / "交来.cer"
        file.write_bytes(certificates.exported(certificate))
        chooser.files, chooser.target = [file], tmp_path / "签发.cer"
        deed()
        question = asked.pop()
        assert fingerprint(certificate) in question and holder(certificate) in question
        assert not chooser.target.exists()
    assert issued.table.model.shown == [] and asked == [] and chooser.errors == []
    assert [row.kind for row in known.table.model.shown] == [trust.ROOT], "only the root of its own"


def test_others_are_recognised_and_given_up(page: CertificatesPage, chooser: Chooser, tmp_path: Path) -> None:
    _, known, _ = parts(page)
    file = tmp_path / "一中.cer"
    file.write_bytes(certificates.exported(make_own("共青团林川一中委员会", NOW).certificate))
    chooser.files = [file]
    known._decide(trust.pin)
    assert "怎样核对" in str(chooser.errors.pop())
    known.how.set_text("电话核对")
    chooser.files = [file]
    known._decide(trust.pin)
    known.table.view.selectRow(0)
    known.how.set_text("私钥遗失")
    known._distrust()
    (row,) = known.table.model.shown
    assert (row.kind, row.how) == (trust.REVOKED, "私钥遗失")
    known.table.view.selectRow(0)
    known._forget()
    assert known.table.model.shown == []
    chooser.files = [tmp_path / "没有.cer"]
    known._decide(trust.pin)
    assert "读不出来" in str(chooser.errors.pop())
