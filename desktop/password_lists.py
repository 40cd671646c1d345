"""Passwords from and to other keepers: KeePass and KeePassXC (XML, CSV), a list in Excel; out only as KeePass XML.

Taking in is one transaction: all entries with an account chosen, or none. Handing out leaves a trace for every
password before the file is written.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop import accounts, custody, passwords, platforms
from desktop.accounts import Account
from desktop.credentials import LOGIN, TOTP, Credential, states
from desktop.documents import keepass, sheets
from desktop.documents.cells import CellKind, Sheet
from desktop.documents.keepass import Entry
from desktop.errors import BadFile, BadValue
from desktop.passwords import Secret
from desktop.paths import write_whole
from desktop.store import Store
from desktop.vault import CURRENT, Vault, find, totp

LARGEST = 20 * 1024 * 1024  # bytes
_COLUMNS = {
    "title": ("title", "account", "账号名称", "账号", "帐号名称", "名称", "标题", "公众号"),
    "platform": ("platform", "group", "平台", "平台名称", "平台类型", "分组"),
    "user": ("username", "user name", "login name", "登录名", "用户名", "登录账号", "登录帐号", "登录邮箱", "手机号"),
    "password": ("password", "登录密码", "密码", "口令"),
    "url": ("url", "web site", "网址", "主页", "链接"),
    "notes": ("notes", "comments", "备注", "说明"),
    "totp": ("totp", "动态口令", "动态口令密钥"),
}
_ODD = {
    CellKind.NUMBER: "密码是数字格式，开头的 0 可能已丢失",
    CellKind.DATE: "密码被表格当成了日期，写法可能已变",
    CellKind.LOGICAL: "密码被表格当成了真假值",
    CellKind.FORMULA: "密码格里是没有结果的公式",
    CellKind.ERROR: "密码格里是错误值",
}
"""What a spreadsheet may have made of a password."""


@dataclass(frozen=True)
class Found:
    """One entry of a file and what is proposed for it.

    Attributes:
        account_id: the account it seems to belong to, None when none does; the clerk decides.
        remark: what is odd about it; empty when nothing is.
    """

    entry: Entry
    account_id: int | None = None
    remark: str = ""


def read(file: Path) -> list[Entry]:
    """The entries of a KeePass XML, a KeePass CSV or any list with a column of passwords.

    Raises:
        BadFile: too large, unreadable, encrypted, or no column of passwords.
        FileBusy: another program keeps it to itself.
    """
    try:
        if file.stat().st_size > LARGEST:
            raise BadFile(f"“{file.name}”超过 20 MB。", where=str(file.parent), todo="请确认选对了文件。")
        content = file.read_bytes()
    except OSError as error:
        raise BadFile(f"“{file.name}”读不出来。", where=str(file.parent), todo="请确认文件还在。") from error
    if keepass.looks_encrypted(content) or content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<?xml"):
        return keepass.read(content.lstrip(b"\xef\xbb\xbf \r\n\t"), file.name)
    found = [entry for sheet in sheets.read_sheets(file).sheets for entry in _of_sheet(sheet)]
    if not found:
        raise BadFile(f"“{file.name}”里没有找到密码列。", where=str(file.parent), todo="表头应有“账号”和“密码”两列。")
    return found


def _of_sheet(sheet: Sheet) -> list[Entry]:
    header = next((at for at in range(min(10, len(sheet.rows))) if _columns(sheet, at)), None)
    if header is None:
        return []
    columns = _columns(sheet, header)
    found = []
    for at in range(header + 1, len(sheet.rows)):
        values = {name: sheet.at(at, column).text for name, column in columns.items()}
        if not values.get("password", "").strip():
            continue
        odd = _ODD.get(sheet.at(at, columns["password"]).kind, "")
        place = f"{sheet.name}第 {at + 1} 行" + (f"（{odd}，请与平台核对）" if odd else "")
        entry = Entry(
            values.get("title", ""), values.get("user", ""), values["password"], values.get("url", ""),
            values.get("notes", ""), values.get("totp", ""), (values.get("platform", ""),), place,
        )  # fmt: skip
        found.append(entry)
    return found


def _columns(sheet: Sheet, row: int) -> dict[str, int]:
    """Which column holds what, read from one row; empty unless there is a password and something to know it by."""
    found: dict[str, int] = {}
    for column in range(sheet.width):
        label = re.sub(r"\s+", " ", sheet.at(row, column).text).strip().casefold()
        for name, labels in _COLUMNS.items():
            if label in labels and name not in found:
                found[name] = column
    return found if "password" in found and {"title", "user"} & set(found) else {}


def propose(session: Session, entries: Sequence[Entry]) -> list[Found]:
    """The account each entry seems to belong to: same name, best with the same platform; never one twice."""
    known = platforms.load()
    candidates = accounts.in_use(session)
    taken: set[int] = set()
    made: list[Found] = []
    for entry in entries:
        scored = [(_likeness(entry, account, known), account.id) for account in candidates if account.id not in taken]
        score, number = max(scored, default=(0, 0))
        remark = entry.place[entry.place.index("（") :].strip("（）") if "（" in entry.place else ""
        if score >= 2:
            taken.add(number)
            registered = passwords.of_kind(session, number, LOGIN)
            if registered is not None and passwords.stored(session, registered):
                said = f"{session.get_one(Account, number).title}的密码已在保险柜里，不再导入"
                made.append(Found(entry, None, "；".join(part for part in (remark, said) if part)))
                continue
            made.append(Found(entry, number, remark))
        else:
            made.append(Found(entry, None, remark or "没有找到对应的账号，请选择"))
    return made


def _likeness(entry: Entry, account: Account, known: platforms.Platforms) -> int:
    name = _plain(account.name)
    told = _plain(" ".join((entry.title, *entry.groups)))
    score = 3 if _plain(entry.title) == name else 2 if name and name in told else 0
    if account.homepage and entry.url and account.homepage.rstrip("/") == entry.url.rstrip("/"):
        score += 3
    platform = known.find(account.platform)
    names = (platform.name, *platform.aliases) if platform else (account.platform,)
    return score + (1 if score and any(_plain(one) in told for one in names) else 0)


def _plain(text: str) -> str:
    return re.sub(r"[\s“”\"'《》·\-_]+", "", text).casefold()


def choose(found: Found, account_id: int | None) -> Found:
    """The clerk's own choice for one entry."""
    return replace(found, account_id=account_id)


def take(store: Store, vault: Vault, chosen: Sequence[Found], source: str) -> int:
    """Seal the passwords of every entry with an account, in one action; returns how many were taken.

    An account's password that is not registered yet is (设密); of one that is, the secret in use is sealed.

    Raises:
        BadValue: two entries for one account, or a seed that is none. Locked: the vault is locked.
        Refused: the operator is to take over one of the accounts, or the vault holds another password for one.
    """
    wanted = [found for found in chosen if found.account_id is not None]
    numbers = [found.account_id for found in wanted]
    if len(set(numbers)) != len(numbers):
        raise BadValue("同一个账号对应了两条密码。", todo="请只保留一条，另一条选“不导入”。")
    for found in wanted:
        if found.entry.totp:
            totp.read_seed(found.entry.totp)
    with store.write(f"导入密码：{source}") as session:
        for found in wanted:
            assert found.account_id is not None
            entry = found.entry
            secret = Secret(entry.user, entry.password, entry.notes)
            passwords.enter(
                session, store, vault, found.account_id, kind=LOGIN, secret=secret, reason=f"导入自{source}"
            )
            if entry.totp:
                seed = Secret(entry.user, entry.totp)
                passwords.enter(
                    session, store, vault, found.account_id, kind=TOTP, secret=seed, reason=f"导入自{source}"
                )
    return len(wanted)


def hand_out(store: Store, vault: Vault, target: Path, reason: str) -> int:
    """Write every password in use as KeePass XML, in clear; the trace is committed first. Returns how many.

    Raises:
        BadValue: no reason. Locked: the vault is locked. FileBusy, Refused: the file cannot be written, or the
            operator is to take over one of the accounts.
    """
    if len(reason.strip()) < 2:
        raise BadValue("导出密码须写明事由。", todo="如“改用 KeePassXC 保管”。")
    made: list[Entry] = []
    with store.write("导出密码") as session:
        wanted = select(Credential, Account).join(Account, Account.id == Credential.account_id).order_by(Credential.id)
        known = states(session)
        for credential, account in session.execute(wanted):
            sealed = find(session, credential.kind, credential.owner, CURRENT)
            if sealed is None:
                continue
            passwords.refuse_receiver(session, store, account)
            passwords.refuse_mislabelled(account, sealed, known[credential.id].version)
            content = Secret.from_bytes(vault.open_secret(sealed))
            seed = content.password if credential.kind == TOTP else ""
            made.append(
                Entry(
                    f"{account.title}{credential.kind}", content.login, "" if seed else content.password,
                    account.homepage, content.note, seed, (account.platform,),
                )
            )  # fmt: skip
            deed = passwords.deed_of(
                custody.COPIED, account, credential, known[credential.id].version,
                person=passwords.operator(session, store), reason=f"导出到 KeePass：{reason.strip()}",
            )  # fmt: skip
            custody.append(session, deed, at=store.clock(), actor=store.actor)
    write_whole(target, keepass.write(made, store.clock()), private=True)
    return len(made)


def destroy_file(file: Path) -> None:
    """Overwrite a list with random bytes and remove it.

    Copies elsewhere (mail, chat, backups, and what a flash disk keeps aside) are not reached; the screen says so.

    Raises:
        FileBusy: another program holds it. BadFile: it is not there.
    """
    try:
        size = file.stat().st_size
        with file.open("r+b") as stream:
            stream.write(secrets.token_bytes(size))
            stream.flush()
            os.fsync(stream.fileno())
        file.unlink()
    except PermissionError as error:
        from desktop.errors import FileBusy

        raise FileBusy(f"“{file.name}”正被其他程序打开，没有销毁。", todo="请先关闭它再试。") from error
    except OSError as error:
        raise BadFile(f"“{file.name}”没有销毁。", where=str(file.parent), todo="请确认文件还在、可写。") from error
