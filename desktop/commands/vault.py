"""`tuanmei vault …`: the vault from the command line; words are asked for or read from standard input."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.commands import hidden, opened_store
from desktop.errors import BadValue, Locked

if TYPE_CHECKING:
    from desktop.store import Store
    from desktop.vault import Vault

PLAIN = "导出文件里的密码是明文，任何人打开都能看到。只应用于改用 KeePassXC，导入后立即销毁。每个密码都会留痕。"
AGREED = "导出"


def add(names: Any) -> None:
    """Add the commands to the grammar."""
    made = names.add_parser("vault", help="密码保险柜：建立、试开、更换主口令和密钥、恢复单、导入导出")
    deeds = made.add_subparsers(dest="deed", metavar="动作", required=True)
    for name, run, said in (
        ("status", status, "保险柜建立了没有、可以怎样打开"),
        ("create", create, "建立保险柜，显示恢复码"),
        ("prove", prove, "照恢复单抄一遍恢复码，核对后才能存入密码"),
        ("recover", recover, "忘记主口令时用恢复码打开，随即换主口令、换发恢复单"),
        ("passphrase", passphrase, "更换主口令"),
        ("sheet", sheet, "换发恢复单，旧单作废"),
        ("rotate", rotate, "更换保险柜密钥，重新加密全部密件；旧恢复单和本机系统打开一并作废"),
    ):
        deeds.add_parser(name, help=said).set_defaults(run=run)
    deed = deeds.add_parser("test", help="试开：打不打得开、用时多少、密件是否都完好")
    deed.add_argument("--code", action="store_true", help="用恢复码试，不用主口令")
    deed.add_argument("--system", action="store_true", help="用本机系统钥匙串试")
    deed.set_defaults(run=test)
    deed = deeds.add_parser("system", help="允许或取消用本机系统钥匙串打开")
    deed.add_argument("switch", choices=["on", "off"], help="on 允许，off 取消")
    deed.set_defaults(run=system)
    deed = deeds.add_parser("import", help="从 KeePass、KeePassXC 的 XML 或 CSV、Excel 清单导入密码")
    deed.add_argument("file", type=Path, metavar="清单")
    deed.add_argument("--map", action="append", default=[], metavar="序号=账号编号", help="自己指定，“3=”为不导入")
    deed.add_argument("--accept", action="store_true", help="存入保险柜；不加只核对")
    deed.add_argument("--destroy", action="store_true", help="存入后覆盖并删除原清单")
    deed.set_defaults(run=take_in)
    deed = deeds.add_parser("export", help="把全部密码导出成明文的 KeePass XML（先警告，须写明事由，逐个留痕）")
    deed.add_argument("file", type=Path, metavar="文件.xml")
    deed.add_argument("--reason", required=True, metavar="事由", help="如“改用 KeePassXC 保管”")
    deed.add_argument("--yes", action="store_true", help="已知是明文，不再询问")
    deed.set_defaults(run=hand_out)


@contextmanager
def opened_vault() -> Iterator[tuple[Store, Vault]]:
    """The clerk's store and its vault, opened with the master passphrase for one command.

    Raises:
        Locked: there is no vault, or the passphrase is wrong. BadValue: none was given.
    """
    with _vault() as (store, vault):
        vault.unlock(hidden("主口令："))
        yield store, vault


@contextmanager
def _vault() -> Iterator[tuple[Store, Vault]]:
    """The store and its vault, still locked; locked again whatever happens."""
    from desktop.vault import Vault

    with opened_store() as store:
        vault = Vault(store)
        if not vault.exists:
            raise Locked("还没有建立密码保险柜。", todo="请先运行 tuanmei vault create，或在窗口“密码保管”页建立。")
        try:
            yield store, vault
        finally:
            vault.lock()


def status(_: Namespace) -> int:
    """Say whether there is a vault and how it can be opened."""
    from desktop.vault import Vault

    with opened_store() as store:
        vault = Vault(store)
        if not vault.exists:
            print("还没有建立密码保险柜；不存密码也可以登记保管、交接和更换。")
            return 0
        print("打开方式：" + "、".join(sorted(vault.ways())))
        print("恢复单：" + ("已核对" if vault.recovery_proven else "还没有核对，暂不能存入密码"))
        pause = vault.wait()
        if pause:
            print(f"主口令连续输错，{pause} 秒后才能再试。")
    return 0


def create(_: Namespace) -> int:
    """Make the vault; the code of the recovery sheet is shown once."""
    from desktop.vault import Vault

    with opened_store() as store:
        vault = Vault(store)
        word = _new_word(store)
        _show(vault.create(word))
        _prove_now(vault)
        vault.lock()
    return 0


def prove(_: Namespace) -> int:
    """Type the recovery code back."""
    with _vault() as (__, vault):
        vault.prove_recovery(hidden("照恢复单抄写恢复码："))
    print("恢复单核对无误。")
    return 0


def recover(_: Namespace) -> int:
    """Open with the recovery code; a new passphrase and a new sheet follow at once."""
    from desktop.vault import relock

    with _vault() as (store, vault):
        vault.unlock_with_code(hidden("照恢复单抄写恢复码："))
        relock.replace_passphrase(vault, _new_word(store))
        print("主口令已更换。")
        _show(relock.renew_recovery(vault))
        _prove_now(vault)
    return 0


def passphrase(_: Namespace) -> int:
    """Put a new master passphrase in place of the old one."""
    from desktop.vault import relock

    with _vault() as (store, vault):
        old = hidden("现主口令：")
        relock.change_passphrase(vault, old, _new_word(store))
    print("主口令已更换。")
    return 0


def sheet(_: Namespace) -> int:
    """A new recovery sheet; the old one is void."""
    from desktop.vault import relock

    with opened_vault() as (__, vault):
        _show(relock.renew_recovery(vault))
        _prove_now(vault)
    return 0


def rotate(_: Namespace) -> int:
    """Seal everything under a new vault key."""
    from desktop.vault import relock

    with _vault() as (__, vault):
        _show(relock.rotate_key(vault, hidden("主口令：")))
        print("保险柜密钥已更换，全部密件已重新加密。以前的备份仍用旧密钥，请按保密要求处理。")
        _prove_now(vault)
    return 0


def system(args: Namespace) -> int:
    """Allow or forbid opening by the operating system's keyring."""
    from desktop.vault import relock

    with opened_vault() as (__, vault):
        if args.switch == "on":
            relock.allow_system(vault)
            print("已允许用本机系统钥匙串打开。")
        else:
            relock.forbid_system(vault)
            print("已取消用本机系统钥匙串打开。")
    return 0


def test(args: Namespace) -> int:
    """Open the vault, say how long that took, and unseal everything once without showing it."""
    from desktop.vault import damage

    with _vault() as (__, vault):
        word = "" if args.system else hidden("恢复码：" if args.code else "主口令：")
        begun = time.perf_counter()
        if args.system:
            vault.unlock_with_system()
        elif args.code:
            vault.unlock_with_code(word)
        else:
            vault.unlock(word)
        took = (time.perf_counter() - begun) * 1000
        sealed, broken = damage(vault)
    print(f"保险柜打得开，用时 {took:.0f} ms；密件 {sealed} 份" + ("，全部完好。" if not broken else "。"))
    for one in broken:
        print(f"打不开：{one}")
    return 1 if broken else 0


def take_in(args: Namespace) -> int:
    """Show which account each entry belongs to, and seal them when asked to; 1 when some belong to none."""
    from desktop import accounts, password_lists

    entries = password_lists.read(args.file)
    with opened_store() as store, store.read() as session:
        found = password_lists.propose(session, entries)
        titles = {account.id: account.title for account in accounts.in_use(session)}
    for words in args.map:
        at, number = _mapped(words, len(found), titles)
        found[at] = password_lists.choose(found[at], number)
    for at, one in enumerate(found, 1):
        name = one.entry.title or one.entry.user or one.entry.place
        target = f"{titles[one.account_id]}（编号 {one.account_id}）" if one.account_id else "不导入"
        print(f"{at}  {name} → {target}" + (f"  {one.remark}" if one.remark else ""))
    if not args.accept:
        print("以上只是核对，没有存入。确认后加 --accept。")
        return 1 if any(one.account_id is None for one in found) else 0
    with opened_vault() as (store, vault):
        print(f"已存入 {password_lists.take(store, vault, found, args.file.name)} 条。")
    if args.destroy:
        password_lists.destroy_file(args.file)
        print(f"已覆盖并删除“{args.file.name}”。邮件、聊天记录、网盘和备份里的副本请另行删除；固态硬盘可能仍留有残迹。")
    else:
        print(f"原清单“{args.file.name}”还在，里面是明文密码；可加 --destroy 销毁。")
    return 0


def hand_out(args: Namespace) -> int:
    """Write every password in clear after the warning has been answered."""
    from desktop import password_lists

    print(PLAIN, file=sys.stderr)
    if not args.yes:
        asked = sys.stdin is not None and sys.stdin.isatty()
        if not asked or input(f"确实要导出，请输入“{AGREED}”：").strip() != AGREED:
            raise BadValue("没有确认，未导出。", todo=f"请在提示后输入“{AGREED}”，或加 --yes。")
    with opened_vault() as (store, vault):
        count = password_lists.hand_out(store, vault, args.file, args.reason)
    print(f"已导出 {count} 个密码：{args.file}。导入 KeePassXC 后请立即销毁。")
    return 0


def _mapped(words: str, count: int, titles: dict[int, str]) -> tuple[int, int | None]:
    at, equals, number = words.partition("=")
    if not (equals and at.strip().isdecimal() and 1 <= int(at) <= count):
        raise BadValue(f"“{words}”写得不对。", todo="写法：序号=账号编号，如 3=12；“3=”为不导入。")
    if not number.strip():
        return int(at) - 1, None
    if not number.strip().isdecimal() or int(number) not in titles:
        raise BadValue(f"没有编号为“{number}”的账号。", todo="账号编号见本命令的核对结果或 tuanmei custody list。")
    return int(at) - 1, int(number)


def _new_word(store: Store) -> str:
    """A new master passphrase, typed twice and judged as in the window."""
    from desktop.vault import strength

    typed = hidden("新主口令（至少 10 个字符，建议用一句话）：", twice=True)
    with store.read() as session:
        verdict = strength.judge(typed, strength.known_words(session))
    if not verdict.good:
        raise BadValue(f"主口令太容易被猜到：{'、'.join(verdict.reasons) or '请再长一些'}。", todo="请换一句。")
    return typed


def _show(code: str) -> None:
    print(f"恢复码（共 7 组）：{code}")
    print("请抄在恢复单上封存，不拍照、不存电脑；此后不再显示。旧恢复单（如有）已作废。")


def _prove_now(vault: Vault) -> None:
    """At a terminal the sheet is proven at once; otherwise it is left to `tuanmei vault prove`."""
    if sys.stdin is not None and sys.stdin.isatty():
        vault.prove_recovery(hidden("请照恢复单抄写一遍："))
        print("恢复单核对无误。")
    else:
        print("恢复单还没有核对：请运行 tuanmei vault prove。核对前不能存入密码。")
