"""签名证书: the office's own certificates, those it recognises, and those it issues to the units below."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from desktop import certificates, signers, trust, units
from desktop.documents.signatures.identity import fingerprint, grouped, holder
from desktop.errors import Refused
from desktop.paths import write_whole
from desktop.windows import dialogs
from desktop.windows.fields import Field
from desktop.windows.parts import Card, Page, button, label, row
from desktop.windows.rows import Column
from desktop.windows.secret_fields import HiddenField
from desktop.windows.tables import RowsTable

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from desktop.background import Background
    from desktop.store import Store
    from desktop.vault import Vault

CERTIFICATES = "证书 (*.cer *.crt *.pem)"
OWN = (
    Column("名称", lambda row: row.holder, 240),
    Column("种类", lambda row: row.kind, 96, tone=lambda row: "blue" if row.kind == signers.ROOT else "green"),
    Column("到期", lambda row: row.until.isoformat(), 104),
    Column("指纹", lambda row: grouped(row.fingerprint), 320),
)
KNOWN = (
    Column(
        "认定",
        lambda row: row.kind,
        88,
        tone=lambda row: {trust.REVOKED: "red", trust.ROOT: "blue"}.get(row.kind, "green"),
    ),
    Column("名称", lambda row: row.holder, 240),
    Column("怎样核对的", lambda row: row.how, 160),
    Column("日期", lambda row: row.decided_on.isoformat(), 104),
    Column("指纹", lambda row: grouped(row.fingerprint), 320),
)
ISSUED = (
    Column("单位", lambda row: row.holder, 240),
    Column(
        "状态",
        lambda row: f"{row.revoked_on:%m-%d} 吊销" if row.revoked_on else "有效",
        104,
        tone=lambda row: "red" if row.revoked_on else "green",
    ),
    Column("签发", lambda row: row.issued_on.isoformat(), 104),
    Column("到期", lambda row: row.until.isoformat(), 104),
    Column("原因", lambda row: row.why, 160),
)


class Panel(QWidget):
    """A card with a table of certificates and what can be done with them; `changed` is called after each deed."""

    def __init__(self, store: Store, background: Background, vault: Vault, changed: Callable[[], None]) -> None:
        super().__init__()
        self.store, self.background, self.vault, self.changed = store, background, vault, changed
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 16, 0, 0)
        self.column.setSpacing(16)

    def framed(self, title: str, note: str, table: RowsTable, *deeds: QWidget) -> Card:
        """A card with its table and a row of buttons."""
        card = Card(title)
        card.body.addWidget(label(note, "secondary", wrap=True))
        table.filter.hide()
        card.body.addWidget(table, 1)
        card.body.addLayout(row(*deeds, None))
        self.column.addWidget(card, 1)
        return card

    def attempt(self, deed: Callable[[], Any]) -> Any:
        """Do something at once; a refusal is shown."""
        try:
            return deed()
        except Refused as refusal:
            dialogs.show_error(self, refusal)
            return None

    def later(self, deed: Callable[[], Any], done: Callable[[Any], None] | None = None) -> None:
        """Do something that takes a moment (making a key) in the background."""
        self.background.run(self, lambda _: deed(), done or (lambda _: self.changed()))

    def certificate(self, title: str) -> Certificate | None:
        """A certificate file the clerk chooses."""
        file = dialogs.choose_file(self, title, CERTIFICATES)
        if file is None:
            return None
        found: Certificate | None = self.attempt(
            lambda: certificates.read_certificate(signers.content_of(file), file.name)
        )
        return found

    def compared(self, of: Certificate, deed: str, meaning: str) -> bool:
        """Show whose certificate it is with its fingerprint, and ask whether that was compared with its holder."""
        detail = f"证书指纹：{fingerprint(of)}\n请对方念一遍，一个字不差才能继续。{meaning}"
        return dialogs.ask(self, f"“{holder(of)}”：{deed}？", detail, "指纹一致")

    def save(self, title: str, name: str, kinds: str, content: bytes) -> Path | None:
        """Write something where the clerk wants it."""
        target = dialogs.choose_target(self, title, name, kinds)
        if target is not None:
            self.attempt(lambda: write_whole(target, content))
        return target


class OwnPanel(Panel):
    """Certificates whose private keys lie in this office's vault."""

    def __init__(self, store: Store, background: Background, vault: Vault, changed: Callable[[], None]) -> None:
        super().__init__(store, background, vault, changed)
        self.table = RowsTable("本单位证书", OWN)
        self.name = Field("证书上的名称", "单位全称或简称，制作后不能更改")
        self.make = button("制作单位证书", self._make)
        self.passphrase = HiddenField("证书文件的口令", "导入 .p12、.pfx 文件时填写")
        self.framed(
            "本单位证书",
            "证书用来给文件签名。私钥只存在密码保险柜里；证书（.cer）可以公开，把它和指纹交给对方核对。",
            self.table,
            button("导出证书（.cer）…", self._export),
            button("导入上级签发的证书…", self._accept),
        )
        below = Card("制作或导入")
        below.body.addLayout(_two(self.name, self.passphrase))
        below.body.addLayout(row(self.make, button("导入证书文件…", self._take), None))
        self.column.addWidget(below)

    def show_rows(self) -> None:
        """Read everything anew."""
        with self.store.read() as session:
            self.table.set_rows(signers.own(session) + signers.own(session, signers.ROOT))
            mine = units.own(session)
        if not self.name.text() and mine is not None:
            self.name.set_text(mine.name)

    def _make(self) -> None:
        name, now = self.name.text(), self.store.clock().astimezone()
        self.later(lambda: signers.keep(self.store, self.vault, certificates.make_own(name, now)))

    def _take(self) -> None:
        file = dialogs.choose_file(self, "选择证书文件", "证书文件 (*.p12 *.pfx)")
        word = self.passphrase.take()
        if file is not None:
            content = signers.content_of(file)
            self.later(lambda: signers.keep(self.store, self.vault, certificates.read_p12(content, word, file.name)))

    def _export(self) -> None:
        chosen = self.table.current()
        if chosen is not None:
            certificate = certificates.read_certificate(chosen.pem.encode())
            self.save("导出证书", f"{chosen.holder}.cer", CERTIFICATES, certificates.exported(certificate))

    def _accept(self) -> None:
        chosen = self.table.current()
        given = self.certificate("选择上级签发的证书") if chosen is not None else None
        root = self.certificate("选择上级的根证书") if given is not None else None
        if chosen is not None and given is not None and root is not None:
            self.attempt(lambda: signers.accept(self.store, self.vault, chosen, given, root))
            self.changed()


class KnownPanel(Panel):
    """Certificates of others that this office recognises or rejects."""

    def __init__(self, store: Store, background: Background, vault: Vault, changed: Callable[[], None]) -> None:
        super().__init__(store, background, vault, changed)
        self.table = RowsTable("认定的证书", KNOWN)
        self.how = Field("怎样核对的", "如 电话核对指纹、上级当面发放；作废时写原因")
        self.framed(
            "认定的证书",
            "已核对：与对方核对过指纹。根证书：由它签发的证书都予认定。已作废：一律不认。",
            self.table,
            button("作废", self._distrust),
            button("撤回认定", self._forget, "link"),
        )
        below = Card("登记")
        below.body.addWidget(self.how)
        below.body.addLayout(
            row(
                button("登记已核对的证书…", lambda: self._decide(trust.pin)),
                button("登记上级的根证书…", lambda: self._decide(trust.trust_root)),
                button("导入吊销列表…", self._list),
                None,
            )
        )
        self.column.addWidget(below)

    def show_rows(self) -> None:
        """Read everything anew."""
        with self.store.read() as session:
            self.table.set_rows(trust.decided(session))

    def _decide(self, decision: Callable[..., object], certificate: Certificate | None = None) -> None:
        certificate = certificate or self.certificate("选择证书")
        if certificate is None:
            return
        found, how, today = certificate, self.how.text(), self.store.clock().date()
        meaning = {trust.pin: "用它签的文件以后都认作它签的。", trust.trust_root: "由它签发的证书以后都予认定。"}
        if decision in meaning and how.strip() and not self.compared(found, "登记为可信", meaning[decision]):
            return

        def deed() -> None:
            with self.store.write(f"认定证书：{holder(found)}") as session:
                decision(session, found, how, today)

        self.attempt(deed)
        self.changed()

    def _distrust(self) -> None:
        chosen = self.table.current()
        if chosen is not None and dialogs.ask(
            self, f"作废“{chosen.holder}”的证书？", "以后用它签的文件一律不接受，包括已经收到的。", "作废"
        ):
            self._decide(trust.distrust, certificates.read_certificate(chosen.pem.encode()))

    def _forget(self) -> None:
        chosen = self.table.current()
        if chosen is not None:
            with self.store.write(f"撤回对证书的认定：{chosen.holder}") as session:
                trust.forget(session, chosen, self.store.clock())
            self.changed()

    def _list(self) -> None:
        file = dialogs.choose_file(self, "选择吊销列表", "吊销列表 (*.crl)")
        if file is None:
            return

        def deed() -> None:
            found = certificates.read_list(signers.content_of(file), file.name)
            with self.store.write("导入吊销列表") as session:
                trust.add_list(session, found)

        self.attempt(deed)
        self.changed()


class IssuedPanel(Panel):
    """What the office's own root issues to the units below."""

    def __init__(self, store: Store, background: Background, vault: Vault, changed: Callable[[], None]) -> None:
        super().__init__(store, background, vault, changed)
        self.roots: list[signers.SigningCertificate] = []
        self.table = RowsTable("签发的证书", ISSUED)
        self.why = Field("吊销原因", "如 换届、私钥遗失、单位撤销")
        self.make = button("制作根证书", self._make)
        self.issue = button("给下级签发…", self._issue)
        self.revoke = button("吊销", self._revoke)
        self.publish = button("导出根证书…", self._publish)
        self.framed(
            "给下级签发",
            "根证书由上级团委保管。下级交来自制的 .cer，核对指纹后签发；换届或遗失时吊销，并把吊销列表发给各单位。",
            self.table,
            self.issue,
            self.revoke,
            self.publish,
            self.make,
        )
        below = Card()
        below.body.addWidget(self.why)
        self.column.addWidget(below)

    def show_rows(self) -> None:
        """Read everything anew."""
        with self.store.read() as session:
            self.roots = signers.own(session, signers.ROOT)
            self.table.set_rows(signers.issued(session))
            mine = units.own(session)
        self.unit = mine.name if mine else ""
        self.make.setVisible(not self.roots)
        for deed in (self.issue, self.revoke, self.publish):
            deed.setEnabled(bool(self.roots))

    def _make(self) -> None:
        name, now = f"{self.unit or '本单位'}根证书", self.store.clock().astimezone()
        self.later(lambda: signers.keep(self.store, self.vault, certificates.make_root(name, now)))

    def _issue(self) -> None:
        of = self.certificate("选择下级单位交来的证书")
        if of is None:
            return
        if not self.compared(of, "签发证书", "由此签出的文件，各单位都会认作它签的。"):
            return
        made = self.attempt(
            lambda: signers.issue(self.store, self.vault, self.roots[0], of, self.store.clock().astimezone())
        )
        if made is not None:
            self.save("保存签发的证书", f"{made.holder}（签发）.cer", CERTIFICATES, made.pem.encode())
        self.changed()

    def _revoke(self) -> None:
        chosen = self.table.current()
        if chosen is None:
            return
        why, now = self.why.text(), self.store.clock().astimezone()
        made = self.attempt(lambda: signers.revoke(self.store, self.vault, chosen, why, now))
        if made is not None:
            number = certificates.list_number(made)
            self.save("保存吊销列表", f"吊销列表{number}.crl", "吊销列表 (*.crl)", certificates.exported(made))
        self.changed()

    def _publish(self) -> None:
        root = certificates.read_certificate(self.roots[0].pem.encode())
        self.save("导出根证书", f"{self.roots[0].holder}.cer", CERTIFICATES, certificates.exported(root))


class CertificatesPage(Page):
    """Three tabs: own, recognised, issued."""

    help_topic = "数字签名"

    def __init__(self, store: Store, background: Background, vault: Vault) -> None:
        super().__init__("签名证书", "签名证书只证明本组织内部的签名人，不是电子认证机构颁发的证书")
        self.panels: list[OwnPanel | KnownPanel | IssuedPanel] = [
            kind(store, background, vault, self.refresh) for kind in (OwnPanel, KnownPanel, IssuedPanel)
        ]
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for panel, title in zip(self.panels, ("本单位证书", "认定的证书", "给下级签发"), strict=True):
            self.tabs.addTab(panel, title)
        self.body.addWidget(self.tabs)

    def refresh(self) -> None:
        for panel in self.panels:
            panel.show_rows()


def _two(left: QWidget, right: QWidget) -> Any:
    made = row(spacing=16)
    made.addWidget(left, 1)
    made.addWidget(right, 1)
    return made
