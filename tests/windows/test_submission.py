"""报送与汇总 as the clerk meets it: paste a notice, confirm, add a paper, hang a photo, send, enter the receipt."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from desktop import drafts, filings, forms, mailing, notices, papers, submission, units
from desktop.background import Background
from desktop.settings import Settings
from desktop.store import Store
from desktop.windows import dialogs
from desktop.windows.answer import AnswerPage
from desktop.windows.mail import MailPage
from desktop.windows.notices import NoticePage
from desktop.windows.submission import SubmissionPage
from tests.post_office import CODE, USER, PostOffice, post_office
from tests.test_scans import jpeg, page

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
TEXT = (
    "关于报送2025年年审材料的通知\n各乡镇团委：\n请将《年审表》加盖公章的扫描件于12月5日上午12:00前发送至superior@example.com。\n"
    "文件名为“单位名+2025年审”。\n共青团林川市委员会\n2025年11月20日"
)
MISPRINTED = TEXT.replace("superior@example.com", "superior@126.con")


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2025, 12, 1, 9)

    def __call__(self) -> datetime:
        return self.now


class Codes:
    """A keyring of this test only."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def read(self, name: str) -> str | None:
        return self.kept.get(name)

    def keep(self, name: str, code: str) -> None:
        self.kept[name] = code

    def forget(self, name: str) -> None:
        self.kept.pop(name, None)


class Desk:
    """A store, a worker, and what the pages asked for."""

    def __init__(self, store: Store, qtbot) -> None:
        self.store, self.qtbot = store, qtbot
        self.errors: list[BaseException] = []
        self.background = Background(self.errors.append)
        self.codes = Codes()
        self.settings = Settings()
        self.went: list[tuple[str, object]] = []

    def show(self, made):
        self.qtbot.addWidget(made)
        made.go.connect(lambda place, argument: self.went.append((place, argument)))
        made.resize(1158, 768)
        made.show()
        return made

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.background.busy, timeout=20_000)
        QApplication.processEvents()
        assert self.errors == []


@pytest.fixture
def desk(tmp_path: Path, qtbot) -> Iterator[Desk]:
    with Store.open(tmp_path / "data", actor="赵示例", clock=Clock()) as store:
        with store.write("登记本单位") as session:
            session.add(units.Unit(name="共青团林川县委员会", relation=units.OWN))
            session.add(units.Unit(name="共青团林川市委员会", relation=units.SUPERIOR))
        made = Desk(store, qtbot)
        made.settings.output = str(tmp_path / "导出")
        yield made
        made.background.finish()


def entered(desk: Desk, text: str = TEXT) -> NoticePage:
    made = desk.show(NoticePage(desk.store, desk.background))
    made.open("new")
    made.text.setPlainText(text)
    desk.qtbot.waitUntil(lambda: made._reading is not None and made._reading.text == text, timeout=10_000)
    return made


def answering(desk: Desk, text: str = TEXT) -> AnswerPage:
    entered(desk, text)._keep()
    desk.settle()
    place, number = desk.went[-1]
    assert place == "answer"
    made = desk.show(AnswerPage(desk.store, desk.background, desk.settings, desk.codes))
    made.open(number)
    desk.settle()
    return made


def test_a_pasted_notice_is_read_quoted_and_kept(desk: Desk) -> None:
    made = entered(desk)
    assert made.inputs["deadline"].field.text() == "2025-12-05 12:00"
    assert made.inputs["deadline"].tag.text() == "请核对", "the year was assumed"
    assert made.inputs["title"].tag.text() == "原文写明"
    assert made.switches["stamped"].isChecked() and not made.switches["zip"].isChecked()
    made.inputs["deadline"].field.entered.emit()
    (marked,) = made.text.extraSelections()
    assert "12月5日上午12:00前" in marked.cursor.selectedText()
    made._keep()
    with desk.store.read() as session:
        (task,) = notices.tasks(session)
    assert (task.notice.due, task.notice.mailbox) == (datetime(2025, 12, 5, 12), "superior@example.com")
    assert task.notice.body == TEXT


def test_a_correction_leaves_the_other_mailbox(desk: Desk) -> None:
    made = entered(desk, TEXT.replace("superior@example.com", "first@126.com、second@163.con"))
    field = made.inputs["mailbox"]
    assert field.field.text() == "first@126.com、second@163.con"
    field.fix.click()
    assert field.field.text() == "first@126.com、second@163.com"


def test_a_misprinted_address_is_asked_about_before_sending(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    mailing.keep_account(desk.store, mailing.account_for(USER, "共青团林川县委员会"))
    made = answering(desk, MISPRINTED)
    asked: list[str] = []
    monkeypatch.setattr(dialogs, "ask", lambda _, question, detail, *__: asked.append(question + detail) or False)
    made.refresh()
    desk.settle()
    made.send.click()
    desk.settle()
    assert len(asked) == 1 and "像是印错" in asked[0] and ".con" in asked[0]
    made.letter.address.input.setText("first@126.com，second@126.com")
    made.letter.address.edited.emit("")
    assert made.letter.doubt() == "" and made.letter.address.line.text() == ""


def test_a_click_into_the_text_brings_its_field_into_view(desk: Desk) -> None:
    made = entered(desk)
    field = made.inputs["file_name"]
    assert field.visibleRegion().isEmpty(), "far below"
    made.text.pointed.emit(TEXT.index("单位名+2025年审"))
    QApplication.processEvents()
    assert not field.visibleRegion().isEmpty()
    (marked,) = made.text.extraSelections()
    assert marked.cursor.selectedText().startswith("文件名为")


def test_a_remark_goes_with_its_notice(desk: Desk) -> None:
    made = entered(desk)
    line = made.inputs["deadline"].field.line
    assert "没有写年份" in line.text()
    made.open("new")
    assert line.text() == "如 2026-11-25 或 2026-11-25 12:00"


def test_a_misprint_is_shown_and_mended_only_by_the_clerk(desk: Desk) -> None:
    made = entered(desk, MISPRINTED)
    field = made.inputs["mailbox"]
    assert field.field.text() == "superior@126.con" and "印错" in field.field.line.text()
    assert field.fix.isVisibleTo(made) and "superior@126.com" in field.fix.text()
    field.fix.click()
    assert field.field.text() == "superior@126.com" and field.tag.text() == "已改"


def test_what_was_typed_survives_another_reading(desk: Desk) -> None:
    made = entered(desk)
    field = made.inputs["contact"].field
    field.input.setEditText("赵示例")
    field.edited.emit("赵示例")
    made.text.insertPlainText("\n联系人：王某甲")
    desk.qtbot.waitUntil(lambda: made._reading is not None and "王某甲" in made._reading.text, timeout=10_000)
    assert field.text() == "赵示例"


def test_a_wrong_day_is_said_at_its_field(desk: Desk) -> None:
    made = entered(desk)
    made.inputs["deadline"].field.input.setEditText("12月5日")
    made._keep()
    assert "不是日期" in made.inputs["deadline"].field.line.text()
    with desk.store.read() as session:
        assert notices.in_use(session) == []


def test_a_dropped_file_is_read(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "通知.txt").write_text(TEXT, "gb18030")
    made = desk.show(NoticePage(desk.store, desk.background))
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(tmp_path / "通知.txt"))])
    made.text.insertFromMimeData(dropped)
    desk.qtbot.waitUntil(lambda: made._reading is not None and made._reading.text == TEXT, timeout=10_000)
    made._keep()
    with desk.store.read() as session:
        assert notices.in_use(session)[0].source == "通知.txt"


def test_a_known_form_is_begun_filled_and_taken_in(desk: Desk) -> None:
    entered(desk, TEXT.replace("《年审表》", "《团属政务新媒体情况统计表》"))._keep()
    desk.settle()
    made = desk.show(AnswerPage(desk.store, desk.background, desk.settings, desk.codes))
    made.open(desk.went[-1][1])
    desk.settle()

    def press(words: str) -> None:
        (found,) = [each for each in made.papers.findChildren(QPushButton) if each.text() == words and each.isVisible()]
        found.click()
        desk.settle()

    press("去填报")
    place, number = desk.went[-1]
    assert place == "fill"
    with desk.store.read() as session:
        filing = session.get_one(filings.Filing, number)
    assert filing.due_on == datetime(2025, 12, 5).date()
    made.refresh()
    desk.settle()
    press("继续填")
    assert desk.went[-1] == ("fill", number)
    form = forms.find(filing.form_id)
    for tag, text in {"leader": "王某甲", "head": "赵示例", "reporter": "赵示例", "phone": "0951-8000001"}.items():
        filings.save(desk.store, number, tag, text)
    filings.answer(desk.store, number, form, filings.NIL)
    filings.finalise(desk.store, number, form, desk.store.clock().date())
    made.refresh()
    desk.settle()
    press("放入材料")
    (row,) = made.papers.rows
    assert row.paper.filing_id == number and row.paper.facts
    assert row.paper.title == "团属政务新媒体情况统计表" and row.paper.next_step == "打印"


def test_the_list_shows_how_long_and_what_is_doubtful(desk: Desk) -> None:
    entered(desk, MISPRINTED)._keep()
    made = desk.show(SubmissionPage(desk.store, desk.background))
    made.refresh()
    (row,) = made.tasks.table.model.shown
    assert (row.due, row.waiting) == ("剩 4 个工作日", "邮箱待核实")
    assert made.subtitle.text() == "有 1 份通知待报送，最近一份剩 4 个工作日。"
    made.tasks.answer.click()
    assert desk.went[-1] == ("answer", row.id)
    made.open(["notice", "", 0])
    assert desk.went[-1] == ("notice", "new")


def with_paper(desk: Desk, tmp_path: Path, text: str = TEXT) -> AnswerPage:
    made = answering(desk, text)
    assert "年审表" in [each.text() for each in made.papers.findChildren(QLabel)]
    (tmp_path / "年审表.docx").write_bytes(b"form")
    made.papers.add_file(tmp_path / "年审表.docx")
    desk.settle()
    desk.settle()
    return made


def test_a_photo_is_asked_about_and_ticks_the_steps(desk: Desk, tmp_path: Path) -> None:
    made = with_paper(desk, tmp_path)
    (row,) = made.papers.rows
    assert row.paper.next_step == papers.PRINTED
    made.band.ticked.emit()
    desk.settle()
    desk.store.undo()
    made.refresh()
    desk.settle()
    assert made.papers.rows[0].story == () and made.papers.rows[0].paper.next_step == papers.PRINTED
    made.band.ticked.emit()
    (tmp_path / "照片.jpg").write_bytes(jpeg(page()))
    made.papers.ask_about([tmp_path / "照片.jpg"])
    assert made.papers.scan_bar.isVisible() and made.papers.scan_bar.choice.currentText() == "年审表"
    desk.store.clock.now = datetime(2099, 1, 1)  # type: ignore[attr-defined]  the photo was made just now
    made.papers.scan_bar._answer()
    desk.settle()
    desk.settle()
    (row,) = made.papers.rows
    assert row.scanned == "1 份" and row.paper.next_step == papers.FILED
    assert row.scans[0].name == "照片.pdf"


def shown_error(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    said: list[str] = []
    monkeypatch.setattr(dialogs, "show_error", lambda _parent, error: said.append(str(error)))
    return said


def scanned(desk: Desk, tmp_path: Path) -> AnswerPage:
    made = with_paper(desk, tmp_path)
    (tmp_path / "扫描.pdf").write_bytes(b"%PDF-1.4 scan")
    desk.store.clock.now = datetime(2099, 1, 1)  # type: ignore[attr-defined]
    made.papers.hang(made.papers.rows[0].id, [tmp_path / "扫描.pdf"], True)
    desk.settle()
    desk.settle()
    return made


def test_sending_asks_for_the_code_and_leaves_once(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = shown_error(monkeypatch)
    with post_office(tmp_path) as office:
        set_account(desk, office)
        made = scanned(desk, tmp_path)
        assert office.received == [], "nothing is sent before the button is pressed"
        made.send.click()
        desk.settle()
        assert made.letter.code.isVisible() and office.received == []
        made.letter.code.set_text(CODE)
        made.send.click()
        desk.settle()
        assert desk.went[-1][0] == "submission" and said == []
        assert made.letter.code.text() == "", "the code is not kept on the screen"
        made.letter.code.set_text(CODE)
        made.send.click()
        desk.settle()
        assert "报送过了" in said[0]
    (envelope,) = office.received
    message = email.message_from_bytes(envelope.content, policy=email.policy.default)  # type: ignore[arg-type]
    assert [part.get_filename() for part in message.iter_attachments()] == [
        "共青团林川县委员会2025年审.docx", "共青团林川县委员会2025年审（盖章扫描件）.pdf",
    ]  # fmt: skip
    with desk.store.read() as session:
        assert notices.tasks(session) == [] and submission.ledger(session)[0].state == "已报送"


def set_account(desk: Desk, office: PostOffice) -> None:
    account = mailing.account_for(USER, "共青团林川县委员会")
    account.host, account.port, account.trust = "localhost", office.port, str(office.certificate)
    mailing.keep_account(desk.store, account)


def test_a_code_in_the_keyring_is_used(desk: Desk, tmp_path: Path) -> None:
    with post_office(tmp_path) as office:
        set_account(desk, office)
        desk.codes.keep(USER, CODE)
        made = scanned(desk, tmp_path)
        made.send.click()
        desk.settle()
        assert len(office.received) == 1


def test_without_a_mailbox_the_button_leads_to_its_page(desk: Desk, tmp_path: Path) -> None:
    made = scanned(desk, tmp_path)
    made.send.click()
    assert desk.went[-1] == ("mail", None)


def test_a_new_file_in_the_scan_folder_raises_the_question(desk: Desk, tmp_path: Path) -> None:
    desk.settings.scan_folder = str(tmp_path / "scans")
    (tmp_path / "scans").mkdir()
    made = with_paper(desk, tmp_path)
    (tmp_path / "scans" / "0001.pdf").write_bytes(b"%PDF-1.4 scan")
    made.scan_folder.look()
    assert not made.papers.scan_bar.isVisible(), "it may still be growing"
    made.scan_folder.look()
    assert made.papers.scan_bar.isVisible() and "0001.pdf" in made.papers.scan_bar.words.text()
    desk.settings.scan_folder = ""
    made.refresh()
    desk.settle()
    assert not made.scan_folder.isActive()


def test_what_was_typed_is_there_after_the_program_ended(desk: Desk, tmp_path: Path) -> None:
    first = entered(desk)
    field = first.inputs["contact"].field
    field.input.setEditText("赵示例")
    field.edited.emit("赵示例")
    field.finished.emit("赵示例")
    again = desk.show(NoticePage(desk.store, desk.background))
    again.open("new")
    assert again.text.toPlainText() == TEXT and again.inputs["contact"].field.text() == "赵示例"
    desk.qtbot.waitUntil(lambda: again._reading is not None and again._reading.text == TEXT, timeout=10_000)
    again._keep()
    desk.settle()
    third = desk.show(NoticePage(desk.store, desk.background))
    third.open("new")
    assert third.text.toPlainText() == "", "what was saved is no draft any more"


def test_a_letter_is_kept_while_it_is_typed(desk: Desk) -> None:
    made = answering(desk)
    made.letter.text.input.setPlainText("改过的正文")
    made.package.zipped.click()
    desk.qtbot.waitUntil(lambda: bool(drafts.read(desk.store, made._draft_name())), timeout=5_000)
    again = desk.show(AnswerPage(desk.store, desk.background, desk.settings, desk.codes))
    again.open(made._notice.id)
    desk.settle()
    assert again.letter.text.text() == "改过的正文" and again.package.zipped.isChecked()


def test_where_a_photo_is_wanted_it_stays_a_picture(desk: Desk, tmp_path: Path) -> None:
    made = with_paper(desk, tmp_path, TEXT.replace("加盖公章的扫描件", "加盖公章后拍照"))
    (tmp_path / "照片.jpg").write_bytes(jpeg(page()))
    desk.store.clock.now = datetime(2099, 1, 1)  # type: ignore[attr-defined]
    made.papers.hang(made.papers.rows[0].id, [tmp_path / "照片.jpg"], True)
    desk.settle()
    desk.settle()
    assert made.papers.rows[0].scans[0].name == "照片.jpg"
    packed = made._pack(made._notice, made.package.shape())
    assert packed.sent[1].name == "共青团林川县委员会2025年审（盖章照片）.jpg"
    assert packed.sent[1].content.startswith(b"\xff\xd8\xff")


def test_words_are_copied_and_a_draft_is_written(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("desktop.windows.answer.QDesktopServices.openUrl", lambda url: opened.append(url.toLocalFile()))
    made = scanned(desk, tmp_path)
    made.letter._copy("复制地址", made.letter.address)
    assert QGuiApplication.clipboard().text() == "superior@example.com"
    made._draft()
    desk.settle()
    draft = email.message_from_bytes(Path(opened[0]).read_bytes(), policy=email.policy.default)
    assert (draft["x-unsent"], draft["to"]) == ("1", "superior@example.com")
    assert len(list(draft.iter_attachments())) == 2
    with desk.store.read() as session:
        assert submission.ledger(session)[0].state == submission.PREPARED, "a draft is no submission yet"


def test_the_ledger_takes_receipt_and_leads_to_a_correction(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = shown_error(monkeypatch)
    made = scanned(desk, tmp_path)
    made._by_other_way()
    desk.settle()
    overview = desk.show(SubmissionPage(desk.store, desk.background))
    overview.open("ledger")
    overview.refresh()
    (row,) = overview.ledger.table.model.shown
    assert row.state == "已报送"
    overview.ledger.receipt.setText("")
    overview.ledger._receive(with_file=False)
    assert "没有写回执" in said[0]
    overview.ledger.receipt.setText("收文 118 号")
    overview.ledger._receive(with_file=False)
    (row,) = overview.ledger.table.model.shown
    assert (row.state, row.entry.receipt) == ("上级已收", "收文 118 号")
    made.open((row.entry.notice_id, row.id))
    desk.settle()
    assert made.letter.subject.text().startswith("【更正】") and "更正第 1 次报送" in made.subtitle.text()


def test_the_mail_page_knows_the_server_and_keeps_the_code_out_of_the_store(desk: Desk) -> None:
    made = desk.show(MailPage(desk.store, desk.background, desk.codes))
    made.refresh()
    made.address.set_text("lctw@126.com")
    made._propose("lctw@126.com")
    assert (made.host.text(), made.port.text(), made.limit.text()) == ("smtp.126.com", "465", "50")
    made.code.set_text(CODE)
    made._save()
    desk.settle()
    assert desk.codes.kept == {"lctw@126.com": CODE} and desk.went[-1] == ("submission", None)
    for file in desk.store.folder.rglob("*"):
        assert not file.is_file() or CODE.encode() not in file.read_bytes()
    made.port.set_text("abc")
    made._save()
    assert "不是端口" in made.port.line.text()


def test_every_control_has_a_name_and_the_page_one_primary_button(desk: Desk, tmp_path: Path) -> None:
    from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QPushButton

    makers: list[Callable[[], object]] = [
        lambda: entered(desk), lambda: answering(desk), lambda: desk.show(SubmissionPage(desk.store, desk.background)),
        lambda: desk.show(MailPage(desk.store, desk.background, desk.codes)),
    ]  # fmt: skip
    for make in makers:
        made = make()
        buttons = made.findChildren(QPushButton)  # type: ignore[attr-defined]
        assert len([each for each in buttons if each.property("role") == "primary"]) == 1
        for kind in (QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QPushButton):
            for each in made.findChildren(kind):  # type: ignore[attr-defined]
                inner = isinstance(each, QLineEdit) and isinstance(each.parent(), QComboBox)
                assert inner or each.accessibleName() or each.text(), each  # type: ignore[union-attr]
