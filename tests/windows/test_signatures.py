"""The page of signatures as a clerk meets it: drop files, read the report, compare a fingerprint, sign."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from desktop import certificates, notices, papers, signers, trust
from desktop.background import Background
from desktop.certificates import make_own, make_root, write_p12
from desktop.documents.signatures.lines import Line
from desktop.documents.signatures.placing import place
from desktop.documents.signing import empty_lines, sign
from desktop.documents.verifying import State, verify
from desktop.store import Store
from desktop.vault import Vault
from desktop.windows.signature_report import Comparing
from desktop.windows.signatures import FROM_FILE, SignaturesPage, SignaturesPanel
from tests.signature_judges import NOW, excel_file, members, rezipped, word_file

PASSPHRASE = "林川 test-only 口令"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data", actor="赵示例", clock=lambda: datetime(2026, 11, 20, 12)) as opened:
        yield opened


@pytest.fixture
def errors() -> list[BaseException]:
    return []


@pytest.fixture
def panel(store: Store, errors: list[BaseException], qtbot) -> Iterator[SignaturesPanel]:
    vault = Vault(store)
    vault.prove_recovery(vault.create(PASSPHRASE))
    background = Background(errors.append)
    made = SignaturesPage(store, background, vault)
    qtbot.addWidget(made)
    made.resize(1100, 760)
    made.show()
    made.refresh()
    yield made.panel
    background.finish()


def settle(panel: SignaturesPanel, qtbot) -> None:
    qtbot.waitUntil(lambda: not panel._background.busy, timeout=10_000)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # type: ignore[arg-type]


def said(panel: SignaturesPanel) -> str:
    return "\n".join(found.text() for found in panel.report.findChildren(QLabel) if not found.isHidden())


def drop(panel: SignaturesPanel, files: list[Path], qtbot) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    panel.dropEvent(QDropEvent(QPointF(5, 5), copy, data, left, none))
    settle(panel, qtbot)


def test_dropped_files_are_verified_and_told(panel: SignaturesPanel, tmp_path: Path, qtbot) -> None:
    who = make_own("共青团林川一中委员会", NOW)
    signed = sign(word_file(), who, NOW, comment="报送 2026 年统计表")
    altered = {**members(signed), "word/styles.xml": b"<x/>"}
    files = {"好.docx": signed, "改.docx": rezipped(altered), "空.xlsx": excel_file(), "坏.docx": signed[:900]}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    drop(panel, [tmp_path / name for name in files], qtbot)
    states = [row.report.state for row in panel.table.model.shown]
    assert states == [State.VALID, State.INVALID, State.UNSIGNED, State.DAMAGED]
    panel.table.choose(1)
    assert "报送 2026 年统计表" in said(panel) and "证书未核对" in said(panel)
    assert "不是依法设立" in said(panel) and "电子公章" in said(panel)
    panel.table.choose(2)
    assert "样式" in said(panel) and "签名无效" in said(panel)
    panel.table.choose(4)
    assert "文件打不开" in said(panel)
    panel._remove()
    settle(panel, qtbot)
    assert [row.path.name for row in panel.table.model.shown] == ["好.docx", "改.docx", "空.xlsx"]


def test_comparing_a_fingerprint_makes_the_signer_known(
    panel: SignaturesPanel, store: Store, tmp_path: Path, qtbot
) -> None:
    file = tmp_path / "表.docx"
    file.write_bytes(sign(word_file(), make_own("共青团林川一中委员会", NOW), NOW))
    drop(panel, [file], qtbot)
    assert panel.table.model.shown[0].state == panel.report.state.text() == "签名人未核对"
    assert panel.report.state.property("tone") == "amber", "whoever signs can call himself anything"
    # What was shown before is deleted in a later turn of the event loop.
    qtbot.waitUntil(lambda: len(panel.report.findChildren(Comparing)) == 1, timeout=10_000)
    (asked,) = panel.report.findChildren(Comparing)
    assert not asked.agree.isEnabled()
    asked.how.setText("电话核对")
    QTest.mouseClick(asked.agree, Qt.MouseButton.LeftButton)
    settle(panel, qtbot)
    assert "证书已核对" in said(panel) and "指纹已核对（电话核对）" in said(panel)
    assert panel.table.model.shown[0].state == panel.report.state.text() == "签名有效"
    with store.write("作废") as session:
        trust.distrust(session, asked._one.certificate, "遗失", NOW.date())
    panel.show_files([file])
    settle(panel, qtbot)
    assert panel.table.model.shown[0].state == panel.report.state.text() == "已吊销"


def test_a_list_that_ran_out_is_remarked_on(panel: SignaturesPanel, store: Store, tmp_path: Path, qtbot) -> None:
    then = NOW - timedelta(days=certificates.LIST_DAYS + 1)
    root, unit = make_root("共青团林川市委员会", then), make_own("共青团林川县委员会", then)
    with store.write("根证书和吊销列表") as session:
        trust.trust_root(session, root.certificate, "当面", NOW.date())
        trust.add_list(session, certificates.revoke(root, [], None, then))
    file = tmp_path / "表.docx"
    member = certificates.joined(unit, certificates.issue(root, unit.certificate, then), [root.certificate])
    file.write_bytes(sign(word_file(), member, NOW))
    drop(panel, [file], qtbot)
    assert "证书上级签发" in said(panel) and "请向签发单位索取最新的吊销列表" in said(panel)


def test_signing_with_the_units_certificate_fills_the_next_line(
    panel: SignaturesPanel, store: Store, tmp_path: Path, errors: list[BaseException], qtbot
) -> None:
    vault = panel.form._vault
    assert vault is not None
    signers.keep(store, vault, make_own("共青团林川县委员会", NOW))
    panel.refresh()
    file = tmp_path / "备案表.docx"
    original = place(place(word_file(), Line("王某甲", "团委书记")), Line("赵示例"))
    file.write_bytes(original)
    drop(panel, [file], qtbot)
    assert panel.form.line.text() == "第 1 个签名行：王某甲 团委书记"
    panel.form.role.set_text("团委书记")
    QTest.mouseClick(panel.sign_button, Qt.MouseButton.LeftButton)
    settle(panel, qtbot)
    assert errors == []
    signed = tmp_path / "备案表（已签名）.docx"
    assert file.read_bytes() == original
    report = verify(signed.read_bytes())
    assert report.accepted and report.signatures[0].role == "团委书记"
    assert [line.signer for line in empty_lines(signed.read_bytes())] == ["赵示例"]
    settle(panel, qtbot)
    assert panel.table.current().path == signed and "证书已核对" in said(panel)
    QTest.mouseClick(panel.sign_button, Qt.MouseButton.LeftButton)
    settle(panel, qtbot)
    assert len(verify(signed.read_bytes()).signatures) == 2 and not empty_lines(signed.read_bytes())


def test_signing_with_a_certificate_file_forgets_the_passphrase(
    panel: SignaturesPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot
) -> None:
    refused: list[BaseException] = []
    monkeypatch.setattr("desktop.windows.dialogs.show_error", lambda _, error: refused.append(error))
    file, key = tmp_path / "表.xlsx", tmp_path / "单位.p12"
    file.write_bytes(excel_file())
    key.write_bytes(write_p12(make_own("共青团林川县委员会", NOW), PASSPHRASE))
    drop(panel, [file], qtbot)
    assert panel.form.certificate.text() == FROM_FILE and panel.form.passphrase.isVisible()
    panel._sign()
    panel.form.file = key
    panel.form.passphrase.set_text("别的口令")
    panel._sign()
    assert [type(error).__name__ for error in refused] == ["Refused", "Locked"]
    assert panel.form.passphrase.text() == ""
    panel.form.passphrase.set_text(PASSPHRASE)
    panel._sign()
    settle(panel, qtbot)
    assert panel.form.passphrase.text() == ""
    assert verify((tmp_path / "表（已签名）.xlsx").read_bytes()).accepted


def test_every_control_has_a_name(panel: SignaturesPanel) -> None:
    from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit

    for kind in (QAbstractButton, QComboBox, QLineEdit):
        for control in panel.findChildren(kind):
            if control.isVisible():
                assert control.accessibleName(), control


def test_a_paper_is_signed_in_its_place_and_the_way_leads_back(
    panel: SignaturesPanel, store: Store, errors: list[BaseException], qtbot
) -> None:
    vault, shown = panel.form._vault, panel.parent()
    assert vault is not None and isinstance(shown, SignaturesPage)
    signers.keep(store, vault, make_own("共青团林川县委员会", NOW))
    panel.refresh()
    content = word_file()
    path = papers.keep_file(store, "情况说明.docx", content)
    with store.write("添加材料") as session:
        notice = notices.Notice(title="关于报送情况的通知")
        session.add(notice)
        session.flush()
        number = papers.add(session, "情况说明", store.clock(), content=content, path=path, notice=notice).id
    shown.open(number)
    settle(panel, qtbot)
    settle(panel, qtbot)
    assert shown.back.isVisible() and "情况说明" in shown.subtitle.text()
    QTest.mouseClick(panel.sign_button, Qt.MouseButton.LeftButton)
    settle(panel, qtbot)
    settle(panel, qtbot)
    (row,) = panel.table.model.shown
    with store.read() as session:
        paper = session.get_one(papers.Paper, number)
    assert store.attachments / paper.path == row.path and row.report.state is State.VALID
    went: list[tuple[str, object]] = []
    shown.go.connect(lambda place, argument: went.append((place, argument)))
    shown.back.click()
    assert went == [("answer", paper.notice_id)] and errors == []
