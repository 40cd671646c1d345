"""`tuanmei answer`, `ledger`, `receipt`: the answers to notices, what was sent, what came back."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.commands import hidden, opened_store
from desktop.errors import BadValue, Refused
from desktop.paths import write_whole

if TYPE_CHECKING:
    from desktop.notices import Notice
    from desktop.store import Store
    from desktop.submission import Submission


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Offer the three commands."""
    answer = subparsers.add_parser("answer", help="报送一份通知：按要求命名、打包，存到文件夹、做草稿或发送")
    answer.add_argument("number", type=int, metavar="编号", help="通知编号，见 tuanmei tasks")
    answer.add_argument("--add", type=Path, action="append", default=[], metavar="FILE", help="放入材料，可写多次")
    answer.add_argument("--zip", action="store_true", help="打成一个压缩包")
    answer.add_argument("--list", action="store_true", help="附文件清单（含 SHA-256 校验值）")
    answer.add_argument("--correct", action="store_true", help="更正上一次报送，自动附更正情况说明")
    answer.add_argument("--to", default="", metavar="地址", help="收件地址，打电话核实过的；不写就用通知上的")
    answer.add_argument("--subject", default="", metavar="主题", help="邮件主题；不写就按通知拟")
    answer.add_argument("--body", type=Path, metavar="FILE", help="邮件正文，文字文件；不写就按通知拟")
    ways = answer.add_mutually_exclusive_group()
    ways.add_argument("-o", "--output", type=Path, metavar="FOLDER", help="把材料放到这个文件夹")
    ways.add_argument("--eml", type=Path, metavar="OUT", help="做邮件草稿（.eml）")
    ways.add_argument("--send", action="store_true", help="从发件邮箱发出，授权码取自系统密钥库或标准输入")
    ways.add_argument("--done", action="store_true", help="已用别的办法报送，记入台账")
    answer.set_defaults(run=run_answer)
    ledger = subparsers.add_parser("ledger", help="报送台账：什么时候、报给谁、报了什么、有没有回执")
    ledger.add_argument("--json", action="store_true", help="按 JSON 输出，含每个文件的校验值")
    found = ledger.add_mutually_exclusive_group()
    found.add_argument("--left", type=int, metavar="编号", help="查过“已发送”邮箱：不确定的这封已经发出")
    found.add_argument("--not-left", type=int, metavar="编号", help="查过“已发送”邮箱：不确定的这封没有发出，可以重发")
    found.add_argument("--save", type=int, metavar="编号", help="另存这次报送的材料，要写 -o")
    ledger.add_argument("-o", "--output", type=Path, metavar="FOLDER", help="存到哪个文件夹")
    ledger.set_defaults(run=run_ledger)
    receipt = subparsers.add_parser("receipt", help="登记上级的回执，或被上级退回")
    receipt.add_argument("number", type=int, metavar="编号", help="报送编号，见 tuanmei ledger")
    receipt.add_argument("words", metavar="回执", help="回执编号、收件人姓名")
    receipt.add_argument("--file", type=Path, metavar="FILE", help="回复邮件或照片")
    receipt.add_argument("--returned", action="store_true", help="不是收到，是被上级退回；“回执”处写退回的原因")
    receipt.set_defaults(run=run_receipt)


def run_answer(arguments: argparse.Namespace) -> int:
    """Pack the answer to a notice and hand it on in the way asked for; without one only print what would go out.

    Raises:
        Refused: there is no such notice, it was answered already, a file is gone, or the server refused.
    """
    from desktop import answering, packing, papers
    from desktop.commands.signing import read
    from desktop.documents.plain import text_of_file

    with opened_store() as store:
        notice = notice_of(store, arguments.number)
        added = [(file.name, read(file)) for file in arguments.add]
        body = text_of_file(arguments.body).strip() if arguments.body else ""
        with store.read() as session:
            corrects = answering.last_sent(session, notice.id) if arguments.correct else None
        if arguments.correct and corrects is None:
            raise Refused("这份通知还没有报送过，没有什么可更正的。", todo="请去掉 --correct。")
        for name, content in added:
            papers.put_in(store, name, content, notice)
        with store.read() as session:
            parts = answering.parts_for(store, session, notice, corrects)
            wish = answering.wish_for(session, notice, store.clock())
            version = corrects.version + 1 if corrects else 1
            words = answering.words_for(session, notice, store.clock(), version=version)
        words = replace(
            words, address=arguments.to or words.address, subject=arguments.subject or words.subject,
            body=body or words.body,
        )  # fmt: skip
        packed = packing.pack(parts, replace(wish, zipped=arguments.zip or wish.zipped, listed=arguments.list))
        for made in packed.sent:
            sys.stdout.write(f"{made.name}\t{len(made.content)} 字节\n")
        if any((arguments.output, arguments.eml, arguments.send, arguments.done)):
            _hand_on(store, answering.ready(store, notice, packed, words, corrects), notice, arguments)
        for fault in packed.faults:
            sys.stderr.write(f"{fault}\n")
    return 1 if packed.faults else 0


def _hand_on(store: Store, entry: Submission, notice: Notice, arguments: argparse.Namespace) -> None:
    from desktop import answering, mailing

    with store.read() as session:
        sender = next(iter(mailing.accounts(session)), None)
    if arguments.output:
        for file in answering.put_down(store, entry, arguments.output):
            sys.stdout.write(f"{file}\n")
        return
    if arguments.eml:
        sys.stdout.write(f"{write_whole(arguments.eml, answering.draft(store, entry, sender))}\n")
        return
    if arguments.done:
        answering.sent_otherwise(store, entry)
    else:
        if sender is None:
            raise Refused("还没有设置发件邮箱。", todo="请用 tuanmei mailbox set 地址 设置，或用 --eml 做草稿。")
        if not arguments.to:
            _refuse_misprinted(entry.address)
        code = _code(sender.address)
        sent = mailing.send(store, mailing.begin(store, entry, sender), sender.login(code))
        sys.stdout.write(f"已发出：{sent.recipients}\n")
    answering.settle(store, notice.id)
    sys.stdout.write(f"已记入报送台账，编号 {entry.id}。\n")


def _refuse_misprinted(addressed: str) -> None:
    from desktop import mailing
    from desktop.mailboxes import examine

    for mailbox in map(examine, mailing.addresses(addressed)):
        if not mailbox.sound:
            raise Refused(
                f"收件地址“{mailbox.printed}”像是印错了：{'；'.join(mailbox.faults)}。没有发送。",
                todo="请打电话核实，再用 --to 写明地址。",
            )


def _code(address: str) -> str:
    from desktop.mail_code import KeyringCodes

    try:
        kept = KeyringCodes().read(address)
    except Refused as refusal:
        sys.stderr.write(f"{refusal}\n")
        kept = None
    return kept or hidden(f"邮箱 {address} 的授权码：")


def notice_of(store: Store, number: int) -> Notice:
    """The notice with this number.

    Raises:
        BadValue: there is none, or it lies in the trash.
    """
    from desktop import notices

    with store.read() as session:
        found = session.get(notices.Notice, number)
    if found is None or found.trashed_at is not None:
        raise BadValue(f"没有编号为 {number} 的通知。", todo="编号见 tuanmei tasks。")
    return found


def run_ledger(arguments: argparse.Namespace) -> int:
    """Print the ledger, the newest first; before that, note what became of a mail nobody knew about.

    Raises:
        Refused: the fate of that mail is known, or the entry has none.
    """
    asked = arguments.left or arguments.not_left
    with opened_store() as store:
        if arguments.save:
            return _save(store, arguments.save, arguments.output)
        if asked:
            _settle(store, asked, was_sent=arguments.left is not None)
        told = _told(store)
    if arguments.json:
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
        return 0
    for each in told:
        when = str(each["sent_at"]).replace("T", " ")[:16] or "未报送"
        sys.stdout.write(f"{each['number']}\t{when}\t{each['state']}\t{each['title']}\t{each['receipt']}\n")
    return 0


def _save(store: Store, number: int, folder: Path | None) -> int:
    """Write the files of an entry of the ledger into a folder."""
    from desktop import answering, submission

    if folder is None:
        raise BadValue("没有写存到哪里。", todo="请加上 -o 文件夹。")
    with store.read() as session:
        entry = next((one for one in submission.ledger(session) if one.id == number), None)
    if entry is None:
        raise BadValue(f"没有编号为 {number} 的报送。", todo="编号见 tuanmei ledger。")
    for file in answering.put_down(store, entry, folder):
        sys.stdout.write(f"{file}\n")
    return 0


def _told(store: Store) -> list[dict[str, object]]:
    from desktop import mailing, submission

    told: list[dict[str, object]] = []
    with store.read() as session:
        doubtful = {each.submission_id for each in mailing.unsettled(session)}
        for entry in submission.ledger(session):
            files = [
                {"name": file.name, "role": file.role, "sha256": file.sha256, "size": file.size}
                for file in submission.files_of(session, entry.id)
            ]
            told.append({
                "number": entry.id, "title": entry.title, "version": entry.version,
                "state": mailing.UNCERTAIN if entry.id in doubtful else entry.state,
                "receiver": entry.receiver, "sent_at": entry.sent_at.isoformat() if entry.sent_at else "",
                "receipt": entry.receipt, "files": files,
            })  # fmt: skip
    return told


def _settle(store: Store, number: int, *, was_sent: bool) -> None:
    """Take the clerk's word for the mail of an entry of the ledger that nobody knew about."""
    from desktop import answering, mailing, submission

    with store.read() as session:
        doubtful = next((each for each in mailing.unsettled(session) if each.submission_id == number), None)
        entry = session.get(submission.Submission, number)
    if doubtful is None or entry is None:
        raise Refused(f"第 {number} 号报送没有不确定的邮件。", todo="编号见 tuanmei ledger。")
    mailing.settle(store, doubtful.id, was_sent=was_sent)
    if was_sent and entry.notice_id is not None:
        answering.settle(store, entry.notice_id)


def run_receipt(arguments: argparse.Namespace) -> int:
    """Hang a receipt on an entry of the ledger, or note that the superior sent it back.

    Raises:
        Refused: there is no such entry, or it has not been sent.
    """
    from desktop import papers, submission
    from desktop.commands.signing import read

    with opened_store() as store:
        path = papers.keep_file(store, arguments.file.name, read(arguments.file)) if arguments.file else ""
        with store.write("登记退回" if arguments.returned else "登记回执") as session:
            entry = session.get(submission.Submission, arguments.number)
            if entry is None or entry.trashed_at is not None:
                raise BadValue(f"没有编号为 {arguments.number} 的报送。", todo="编号见 tuanmei ledger。")
            if arguments.returned:
                submission.mark_returned(session, entry, arguments.words)
            else:
                submission.mark_received(session, entry, store.clock(), arguments.words, path)
    sys.stdout.write(
        "退回已登记，改好后用 tuanmei answer --correct 更正报送。\n" if arguments.returned else "回执已登记。\n"
    )
    return 0
