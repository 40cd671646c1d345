"""`tuanmei password …`: register, show, change and hold single passwords, with the same traces as in the window."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from datetime import date
from typing import TYPE_CHECKING, Any

from desktop.commands import hidden, one_account, one_person, opened_store
from desktop.commands.vault import opened_vault
from desktop.errors import BadValue

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop.people import Person
    from desktop.store import Store


def add(names: Any) -> None:
    """Add the commands to the grammar."""
    made = names.add_parser(
        "password", help="单个密码：登记、查看、更换、借用、封存、启封、销毁（编号见 custody list）"
    )
    deeds = made.add_subparsers(dest="deed", metavar="动作", required=True)
    _secrets(deeds)
    _holders(deeds)


def _secrets(deeds: Any) -> None:
    deed = deeds.add_parser("register", help="登记一个账号的密码；加 --keep 同时存入保险柜")
    deed.add_argument("account", metavar="账号")
    deed.add_argument("kind", nargs="?", default="登录密码", metavar="种类", help="默认为登录密码")
    deed.add_argument("--keep", action="store_true", help="存入保险柜：先问主口令，再问密码")
    deed.add_argument("--login", default="", metavar="登录名")
    deed.set_defaults(run=register)
    deed = _of_one(deeds, "keep", "把现用密码补存到保险柜", keep)
    deed.add_argument("--login", default="", metavar="登录名")
    deed = _of_one(deeds, "show", "查看密码（动态口令显示当前验证码），须写明事由并留痕", show)
    deed.add_argument("--reason", required=True, metavar="事由")
    deed.add_argument("--for", dest="viewer", metavar="人员", help="给谁看，默认本人")
    which = deed.add_mutually_exclusive_group()
    which.add_argument("--planned", action="store_true", help="看拟改的密码")
    which.add_argument("--old", action="store_true", help="看上一个密码")
    deed = _of_one(deeds, "plan", "拟改：先把新密码存入保险柜，再到平台去改", plan)
    deed.add_argument("--login", default="", metavar="登录名")
    deed.add_argument("--generate", action="store_true", help="由程序生成 16 位密码")
    deed = _of_one(deeds, "done", "已在平台改好：拟改的成为现用，旧的归档；没有存密码的只登记更换", done)
    deed.add_argument("--reason", default="", metavar="事由")
    _of_one(deeds, "drop", "放弃拟改的密码", drop)
    deed = _of_one(deeds, "destroy", "不再使用：销毁登记和存入的密码", destroy)
    deed.add_argument("--reason", required=True, metavar="事由")


def _holders(deeds: Any) -> None:
    deed = _of_one(deeds, "holder", "补登现有持有人（建账时）", holder, person=True)
    deed.add_argument("--since", type=date.fromisoformat, required=True, metavar="年-月-日", help="自何日起持有")
    deed.add_argument("--answer", default="", metavar="理由", help="规定对此人有要求而仍要办理的理由")
    deed = _of_one(deeds, "issue", "更换后补发给在任持有人", issue, person=True)
    deed = _of_one(deeds, "lend", "借用", lend, person=True)
    deed.add_argument("--until", type=date.fromisoformat, required=True, metavar="年-月-日", help="应还日期")
    _approved(deed)
    deed.add_argument("--answer", default="", metavar="理由", help="规定对此人有要求而仍要办理的理由")
    deed = _of_one(deeds, "back", "收回：持有人或借用人已交回", back, person=True)
    deed = _of_one(deeds, "seal", "封存密码信封", seal)
    deed.add_argument("--envelope", required=True, metavar="信封编号")
    deed.add_argument("--place", required=True, metavar="存放地点")
    deed = _of_one(deeds, "open", "紧急启封；启封后必须立即更换", open_envelope, person=True)
    _approved(deed)
    deed = deeds.add_parser("unbind", help="登记已在平台解除某人的绑定")
    deed.add_argument("account", metavar="账号")
    deed.add_argument("person", metavar="人员")
    deed.add_argument("what", metavar="项目", help="后台权限、绑定手机、绑定邮箱或实名")
    deed.add_argument("--on", type=date.fromisoformat, metavar="年-月-日", help="解除日期，默认今天")
    deed.set_defaults(run=unbind)


def _of_one(deeds: Any, name: str, said: str, run: Any, *, person: bool = False) -> Any:
    deed = deeds.add_parser(name, help=said)
    deed.add_argument("number", type=int, metavar="编号")
    if person:
        deed.add_argument("person", metavar="人员")
    deed.set_defaults(run=run)
    return deed


def _approved(deed: Any) -> None:
    deed.add_argument("--reason", required=True, metavar="事由")
    deed.add_argument("--approver", required=True, metavar="批准人")


def register(args: Namespace) -> int:
    """Enter a password of an account, its secret too when asked."""
    from desktop import passwords

    if not args.keep:
        with opened_store() as store:
            with store.read() as session:
                account = one_account(session, args.account).id
            print(f"已登记，编号 {passwords.register(store, account, args.kind)}。没有存密码。")
        return 0
    with opened_vault() as (store, vault):
        with store.read() as session:
            account = one_account(session, args.account).id
        secret = passwords.Secret(args.login, hidden("密码："))
        number = passwords.register(store, account, args.kind, vault=vault, secret=secret)
    print(f"已登记并存入保险柜，编号 {number}。")
    return 0


def keep(args: Namespace) -> int:
    """Put the password in use into the vault."""
    from desktop import passwords

    with opened_vault() as (store, vault):
        passwords.keep_current(store, vault, args.number, passwords.Secret(args.login, hidden("现用密码：")))
    print("已存入保险柜。")
    return 0


def show(args: Namespace) -> int:
    """Print a secret after its trace has been written."""
    from desktop import credentials, passwords
    from desktop.vault import ARCHIVED, CURRENT, PLANNED, totp

    with opened_vault() as (store, vault):
        with store.read() as session:
            kind = credentials.need(session, args.number)[0].kind
            viewer = one_person(session, args.viewer).id if args.viewer else None
        which = PLANNED if args.planned else ARCHIVED if args.old else CURRENT
        found = passwords.reveal(store, vault, args.number, reason=args.reason, viewer_id=viewer, state=which)
    if found.login:
        print(f"登录名：{found.login}")
    if kind == credentials.TOTP:
        seed, now = totp.read_seed(found.password), time.time()
        print(f"动态口令：{seed.code(now)}（还有 {seed.left(now)} 秒有效）")
    else:
        print(f"密码：{found.password}")
    print("已留痕。看完请清屏。", file=sys.stderr)
    return 0


def plan(args: Namespace) -> int:
    """Keep a new password before it is typed into the platform."""
    from desktop import passwords
    from desktop.vault import generate, strength

    with opened_vault() as (store, vault):
        typed = generate.generate() if args.generate else hidden("新密码：", twice=True)
        with store.read() as session:
            verdict = strength.judge(typed, strength.known_words(session))
        passwords.plan(store, vault, args.number, passwords.Secret(args.login, typed))
    print(f"已存为拟改，强度“{verdict.word}”" + (f"：{'、'.join(verdict.reasons)}" if verdict.reasons else "") + "。")
    print(f"请用 tuanmei password show {args.number} --planned 查看，到平台改好后运行 done。")
    return 0


def done(args: Namespace) -> int:
    """It was changed on the platform."""
    from desktop import credentials, holders, passwords

    with opened_store() as store:
        with store.read() as session:
            account = credentials.need(session, args.number)[1].id
            under_way = holders.open_handover_of(session, account)
        version = passwords.confirm(store, args.number, reason=args.reason, handover_id=under_way)
    print(f"已登记更换，现为第 {version} 个密码。")
    return 0


def drop(args: Namespace) -> int:
    """Drop a planned password."""
    from desktop import passwords

    with opened_store() as store:
        passwords.give_up(store, args.number)
    print("已放弃拟改。")
    return 0


def destroy(args: Namespace) -> int:
    """The password is no longer used."""
    from desktop import passwords

    with opened_store() as store:
        passwords.destroy(store, args.number, args.reason)
    print("已销毁。")
    return 0


def holder(args: Namespace) -> int:
    """Enter who knows a password already when the ledger is begun."""
    from desktop import holders

    with opened_store() as store:
        person, told = _warned(store, args)
        holders.register_holder(store, args.number, person.id, args.since, told)
    print(f"已补登：{person.name}。")
    return 0


def issue(args: Namespace) -> int:
    """Give a holder in post the newest password."""
    from desktop import holders

    with opened_store() as store:
        person = _person(store, args)
        holders.issue_again(store, args.number, person.id)
    print(f"已补发给{person.name}。")
    return 0


def lend(args: Namespace) -> int:
    """Lend a password until a day."""
    from desktop import holders

    with opened_store() as store:
        person, told = _warned(store, args)
        reason = "；".join(part for part in (args.reason, told) if part)
        holders.lend(store, args.number, person.id, args.until, reason=reason, approver=args.approver)
    print(f"已借给{person.name}，应还 {args.until}；归还后须更换密码。")
    return 0


def back(args: Namespace) -> int:
    """A holder or borrower gave the password back."""
    from desktop import holders

    with opened_store() as store:
        person = _person(store, args)
        holders.take_back(store, args.number, person.id)
    print(f"已收回{person.name}持有的密码，须更换。")
    return 0


def seal(args: Namespace) -> int:
    """The newest password lies in a sealed envelope."""
    from desktop import holders

    with opened_store() as store:
        holders.seal_envelope(store, args.number, args.envelope, args.place)
    print("已登记封存。")
    return 0


def open_envelope(args: Namespace) -> int:
    """Emergency opening of a sealed envelope."""
    from desktop import holders

    with opened_store() as store:
        person = _person(store, args)
        holders.open_envelope(store, args.number, person.id, reason=args.reason, approver=args.approver)
    print("已登记启封，须立即更换密码。")
    return 0


def unbind(args: Namespace) -> int:
    """A person's binding was removed on the platform."""
    from desktop import holders

    with opened_store() as store:
        with store.read() as session:
            account, person = one_account(session, args.account), one_person(session, args.person)
        holders.unbind(store, account.id, person.id, what=args.what, on=args.on or store.clock().date())
    print(f"已登记：{account.title}解除{person.name}的{args.what}。")
    return 0


def _person(store: Store, args: Namespace) -> Person:
    with store.read() as session:
        return one_person(session, args.person)


def _warned(store: Store, args: Namespace) -> tuple[Person, str]:
    """The person, after what the chosen regulations have against giving them a password has been said.

    Raises:
        BadValue: a clause speaks against it and no answer was given.
    """
    with store.read() as session:
        person = one_person(session, args.person)
        clashes = _clashes(session, store, args.number, person)
    for clash in clashes:
        print(f"注意：{clash}", file=sys.stderr)
    red = [clash.cite for clash in clashes if clash.tone == "red"]
    if red and len(args.answer.strip()) < 2:
        raise BadValue("规定对此人有要求，没有办理。", todo="确须办理的，请用 --answer 写明理由。")
    return person, "；".join((args.answer.strip(), f"已提示{'、'.join(red)}")) if red else ""


def _clashes(session: Session, store: Store, number: int, person: Person) -> list[Any]:
    from desktop import adoption, credentials, handover, holding

    account = credentials.need(session, number)[1]
    in_force = adoption.rulebook(session).on(store.clock().date())
    return holding.clashes(in_force, person, handover.level_of(session, account), account.platform)
