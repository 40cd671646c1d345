"""The places of the rail, and what their pages are made from; a page's module is imported at its first visit."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from desktop.windows.main import MainWindow, Place

if TYPE_CHECKING:
    from desktop.background import Background
    from desktop.settings import Settings
    from desktop.store import Store
    from desktop.vault import Vault
    from desktop.windows.clipboard import SecretClipboard
    from desktop.windows.parts import Page


class Office(NamedTuple):
    """The open store, the settings, the worker and the frame; each page takes the ones it uses."""

    store: Store
    settings: Settings
    background: Background
    window: MainWindow
    vault: Vault
    clipboard: SecretClipboard


def _home(office: Office) -> Page:
    from desktop.windows.home import HomePage

    page = HomePage()
    page.attach(office.store, office.settings, office.background)
    return page


def _accounts(office: Office) -> Page:
    from desktop.windows.accounts import AccountsPage

    return AccountsPage(office.store, office.background)


def _fill(office: Office) -> Page:
    from desktop.windows.fill import FillPage

    return FillPage(office.store, office.settings, office.background)


def _read(office: Office) -> Page:
    from desktop.windows.reading import ReadingPage

    return ReadingPage(office.store, office.background)


def _official(office: Office) -> Page:
    from desktop.windows.official import OfficialPage

    return OfficialPage(office.store)


def _people(office: Office) -> Page:
    from desktop.windows.people import PeoplePage

    return PeoplePage(office.store)


def _submission(office: Office) -> Page:
    from desktop.windows.submission import SubmissionPage

    return SubmissionPage(office.store, office.background)


def _notice(office: Office) -> Page:
    from desktop.windows.notices import NoticePage

    return NoticePage(office.store, office.background)


def _answer(office: Office) -> Page:
    from desktop.mail_code import KeyringCodes
    from desktop.windows.answer import AnswerPage

    return AnswerPage(office.store, office.background, office.settings, KeyringCodes())


def _mail(office: Office) -> Page:
    from desktop.mail_code import KeyringCodes
    from desktop.windows.mail import MailPage

    return MailPage(office.store, office.background, KeyringCodes())


def _signatures(office: Office) -> Page:
    from desktop.windows.signatures import SignaturesPage

    return SignaturesPage(office.store, office.background, office.vault)


def _certificates(office: Office) -> Page:
    from desktop.windows.certificates import CertificatesPage

    return CertificatesPage(office.store, office.background, office.vault)


def _inspections(office: Office) -> Page:
    from desktop.windows.inspections import InspectionsPage

    return InspectionsPage(office.store, office.background)


def _duty(office: Office) -> Page:
    from desktop.windows.duty import DutyPage

    return DutyPage(office.store)


def _handover(office: Office) -> Page:
    from desktop.windows.handover import HandoverPage

    return HandoverPage(office.store)


def _custody(office: Office) -> Page:
    from desktop.windows.custody import CustodyPage

    return CustodyPage(office.store, office.settings, office.background, vault=office.vault, clipboard=office.clipboard)


def _settings(office: Office) -> Page:
    from desktop.windows.preferences import PreferencesPage

    return PreferencesPage(office.store, office.settings, office.background, office.window.asked_restore.emit)


def _import(office: Office) -> Page:
    from desktop.windows.importing import ImportScreen

    return ImportScreen(office.store, office.background)


PLACES = (
    Place("home", "首页", _home),
    Place("accounts", "账号台账", _accounts),
    Place("fill", "填报与备案", _fill),
    Place("read", "读回一份表", _read, under="fill"),
    Place("official", "写公文", _official, under="fill"),
    Place("import", "导入清单", _import, under="accounts"),
    Place("people", "人员与交接", _people),
    Place("handover", "账号交接", _handover, under="people", about_one=True),
    Place("custody", "密码保管", _custody),
    Place("inspections", "自查与整改", _inspections),
    Place("duty", "审核与值班", _duty),
    Place("submission", "报送与汇总", _submission),
    Place("notice", "登记上级通知", _notice, under="submission"),
    Place("answer", "报送一份通知", _answer, under="submission", about_one=True),
    Place("mail", "发件邮箱", _mail, under="submission"),
    Place("signatures", "数字签名", _signatures, under="submission"),
    Place("certificates", "签名证书", _certificates, under="submission"),
    Place("settings", "设置", _settings, below=True),
)

DEEDS = {
    "accounts": ("新增账号", "导出 Excel"),
    "people": ("新增人员", "交接", "离任换届"),
    "custody": ("登记密码", "核验保管链"),
    "inspections": ("开始自查", "开始年审", "自查年审", "整改", "开停变更", "适用规定"),
    "submission": ("报送台账",),
    "settings": ("下级单位", "习惯", "备份与历史", "回收站", "更新"),
}
"""What is done in a place: words of its buttons and tabs, found by Ctrl+K as the places are."""
