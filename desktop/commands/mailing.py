"""`tuanmei mailbox show|set|code|forget`: the mailbox to send from; its 授权码 lies in the system's keyring."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from desktop.commands import hidden, opened_store
from desktop.errors import Refused

if TYPE_CHECKING:
    from desktop.mailing import MailAccount
    from desktop.store import Store

_SECURITY = {"ssl": "SSL", "starttls": "STARTTLS"}


def add(names: Any) -> None:
    """Add the commands to the grammar."""
    made = names.add_parser("mailbox", help="发件邮箱：查看、设置，存入或删除授权码（授权码在提示后输入，从不显示）")
    deeds = made.add_subparsers(dest="deed", metavar="动作", required=True)
    deeds.add_parser("show", help="查看发件邮箱，以及授权码存了没有").set_defaults(run=show)
    deed = deeds.add_parser("set", help="设置发件邮箱；没写的保持不变，新邮箱按地址取服务器")
    deed.add_argument("address", metavar="地址", help="邮箱地址，如 lctw@126.com")
    deed.add_argument("--name", metavar="名称", help="发件人名称，默认本单位名称")
    deed.add_argument("--host", metavar="服务器", help="发信服务器")
    deed.add_argument("--port", metavar="端口", help="如 465")
    deed.add_argument("--security", choices=list(_SECURITY), help="加密方式：ssl（465 端口）或 starttls（587 端口）")
    deed.add_argument("--limit", metavar="MB", help="单封上限，连附件")
    deed.add_argument("--trust", metavar="文件", help="根证书文件（.pem），单位自建的邮件服务器才要")
    deed.add_argument("--code", action="store_true", help="同时输入授权码，存入本机系统的钥匙串")
    deed.set_defaults(run=settle)
    deeds.add_parser("code", help="输入授权码，存入本机系统的钥匙串").set_defaults(run=keep_code)
    deed = deeds.add_parser("forget", help="从钥匙串删除授权码；删除后每次发送都要重新输入")
    deed.add_argument("address", nargs="?", metavar="地址", help="默认现在的发件邮箱；换过邮箱的写旧地址")
    deed.set_defaults(run=forget)


def show(_: Namespace) -> int:
    """Print the mailbox, never its code."""
    from desktop.mail_code import KeyringCodes

    with opened_store() as store:
        account = _kept(store)
    _print(account)
    try:
        kept = KeyringCodes().read(account.address) is not None
    except Refused as refusal:
        print(f"授权码：不知道存了没有。{refusal.what}")
    else:
        print("授权码：已存入系统钥匙串" if kept else "授权码：没有存，发送时再输入")
    return 0


def settle(args: Namespace) -> int:
    """Set the mailbox, and keep its code when asked to.

    Raises:
        Refused: what was given does not fit, or the keyring did not take the code; then nothing is set.
    """
    from desktop import mailing
    from desktop.mail_code import KeyringCodes

    with opened_store() as store:
        with store.read() as session:
            known = mailing.proposed(session, args.address)
        account = mailing.account_as_typed(
            args.address, _or(args.name, known.sender_name), host=_or(args.host, known.host),
            port=_or(args.port, str(known.port)), security=_or(args.security, known.security),
            limit=_or(args.limit, str(known.limit_mb)), trust=_or(args.trust, known.trust),
        )  # fmt: skip
        if args.code:
            KeyringCodes().keep(account.address, _asked(account.address))
        mailing.keep_account(store, account)
        _print(_kept(store))
    if args.code:
        print("授权码已存入系统钥匙串。")
    return 0


def keep_code(_: Namespace) -> int:
    """Keep the code of the mailbox in the keyring.

    Raises:
        Refused: no mailbox is set, nothing was typed, or the keyring did not take it.
    """
    from desktop.mail_code import KeyringCodes

    with opened_store() as store:
        address = _kept(store).address
    KeyringCodes().keep(address, _asked(address))
    print(f"{address} 的授权码已存入系统钥匙串。")
    return 0


def forget(args: Namespace) -> int:
    """Remove the code from the keyring.

    Raises:
        Refused: no mailbox is set, or the keyring is locked.
    """
    from desktop.mail_code import KeyringCodes

    address = args.address
    if not address:
        with opened_store() as store:
            address = _kept(store).address
    KeyringCodes().forget(address)
    print(f"{address} 的授权码已从系统钥匙串删除。")
    return 0


def _kept(store: Store) -> MailAccount:
    from desktop import mailing

    with store.read() as session:
        account = next(iter(mailing.accounts(session)), None)
    if account is None:
        raise Refused("还没有设置发件邮箱。", todo="请用 tuanmei mailbox set 地址 设置。")
    return account


def _asked(address: str) -> str:
    return hidden(f"邮箱 {address} 的授权码：").strip()


def _or(given: str | None, known: str) -> str:
    return known if given is None else given


def _print(account: MailAccount) -> None:
    lines = [f"邮箱地址：{account.address}", f"发件人名称：{account.sender_name or '（没有填）'}"]
    lines.append(f"发信服务器：{account.host}:{account.port}（{_SECURITY[account.security]}）")
    lines.append(f"单封上限：{account.limit_mb} MB")
    lines += [f"根证书文件：{account.trust}"] if account.trust else []
    sys.stdout.write("\n".join(lines) + "\n")
