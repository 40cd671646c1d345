"""`tuanmei paper`: the way of each paper 打印 → … → 上级已收, its scans, its new versions, its public copy."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.commands import opened_store
from desktop.commands.signing import signer, signer_options, visible_line
from desktop.errors import BadValue

if TYPE_CHECKING:
    from desktop.notices import Notice, NoticeItem
    from desktop.store import Store


def add(names: Any) -> None:
    """Add the commands to the grammar."""
    made = names.add_parser("paper", help="材料：走到哪一步、记已办、挂扫描件、换新稿、签名、公开版")
    deeds = made.add_subparsers(dest="deed", metavar="动作", required=True)
    deed = deeds.add_parser("list", help="列出材料：编号、名称、现在该办、数据版本；有旧稿扫描件的提醒并返回 1")
    deed.add_argument("--notice", type=int, metavar="编号", help="只列这份通知的，编号见 tuanmei tasks")
    deed.add_argument("--steps", action="store_true", help="连同已办的每一步：时间、经手人、第几稿")
    deed.set_defaults(run=listing)
    deed = deeds.add_parser("add", help="往一份通知的材料里放一个文件，或一张已定稿的表")
    deed.add_argument("notice", type=int, metavar="通知编号", help="见 tuanmei tasks")
    what = deed.add_mutually_exclusive_group(required=True)
    what.add_argument("--file", type=Path, metavar="文件")
    what.add_argument("--filing", type=int, metavar="填报编号", help="已定稿的，见 tuanmei filing list")
    deed.add_argument(
        "--report", default="", metavar="材料", help="与 --file 同用：是通知要的这份报告，按通知的名称放入"
    )
    deed.set_defaults(run=put)
    for name, run, says in (
        ("done", done, "记现在该办的一步已办（打印、签字、盖章、扫描、归档）；记错了用 tuanmei undo"),
        ("scan", scan, "挂扫描件或照片，自动摆正、拼成一份 PDF"),
        ("renew", renew, "换新稿：内容改了，步骤从头来"),
        ("sign", sign, "数字签名：表先加好签名行，签好的放回材料；不写 --line 签最前的空行"),
        ("public", public, "另存一份遮盖电话和身份证号的公开版"),
    ):
        deed = deeds.add_parser(name, help=says)
        deed.add_argument("number", type=int, metavar="编号", help="见 tuanmei paper list")
        deed.set_defaults(run=run)
        if name == "scan":
            deed.add_argument("files", type=Path, nargs="+", metavar="文件", help="扫描件或照片，按页的次序")
            deed.add_argument("--complete", action="store_true", help="已签字盖章：前面的打印、签字、盖章一并记下")
        if name == "sign":
            signer_options(deed)
        if name == "renew":
            deed.add_argument("file", type=Path, metavar="文件", help="新稿")
        if name == "public":
            deed.add_argument("-o", "--output", type=Path, required=True, metavar="文件夹", help="存到哪个文件夹")


def listing(args: Namespace) -> int:
    """List the papers; 1 when only scans of an earlier version hang on one."""
    from desktop import paper_signing, papers

    warned = False
    with opened_store() as store, store.read() as session:
        for paper in papers.in_use(session, args.notice):
            signed = paper_signing.signatures(store, paper)
            mark = f"第 {paper.version} 稿 {paper.fingerprint}" + (f"\t{signed} 人已签" if signed else "")
            print(f"{paper.id}\t{paper.title}\t{paper.next_step or '已办完'}\t{mark}")
            for step in papers.story(session, paper.id) if args.steps else ():
                print(f"\t{step.at:%Y-%m-%d %H:%M}\t{step.step}\t第 {step.version} 稿\t{step.by}{step.note}".rstrip())
            for warning in papers.outdated(papers.scans_of(session, paper.id), paper):
                print(f"\t注意\t{warning}")
                warned = True
    return 1 if warned else 0


def put(args: Namespace) -> int:
    """Put a file or a final filing among the papers of a notice.

    Raises:
        Refused: there is no such notice or filing, it is not final yet, or the file cannot be read.
    """
    from desktop import papers, wanted
    from desktop.commands.answering import notice_of
    from desktop.commands.filings import filing_of

    with opened_store() as store:
        notice = notice_of(store, args.notice)
        if args.filing is not None:
            number = wanted.put_in(store, notice, filing_of(store, args.filing))
        elif args.report:
            number = wanted.put_report(store, notice, _report(store, notice, args), papers.bytes_of(args.file))
        else:
            number = papers.put_in(store, args.file.name, papers.bytes_of(args.file), notice).id
        print(f"已放入材料，编号 {number}。{_next(store, number)}撤销：tuanmei undo")
    return 0


def _report(store: Store, notice: Notice, args: Namespace) -> NoticeItem:
    """The report of a notice that the file is.

    Raises:
        BadValue: the notice wants none of this name, or the file is no Word file.
    """
    from desktop import notices

    with store.read() as session:
        asked = {item.name: item for item in notices.items(session, notice.id) if item.kind == notices.REPORT}
    if args.report not in asked:
        raise BadValue(f"这份通知没有要“{args.report}”。", todo=f"要写的材料：{'、'.join(asked) or '没有'}。")
    if args.file.suffix.lower() != ".docx":
        raise BadValue(f"“{args.file.name}”不是 .docx 文件。", todo="报告请存成 .docx 再放入。")
    return asked[args.report]


def done(args: Namespace) -> int:
    """Tick the step that is due.

    Raises:
        Refused: see `paper_way.tick`.
    """
    from desktop import paper_way

    with opened_store() as store:
        step = paper_way.tick(store, args.number)
        print(f"已记“{step}”已办。{_next(store, args.number)}撤销：tuanmei undo")
    return 0


def scan(args: Namespace) -> int:
    """Hang scans on a paper; 1 when they do not show its present version.

    Raises:
        Refused: see `paper_way.hang`.
    """
    from desktop import paper_way, papers

    with opened_store() as store:
        hung = paper_way.hang(store, args.number, args.files, complete=args.complete)
        with store.read() as session:
            why = papers.stale(hung, papers.numbered(session, args.number))
        print(f"已挂接：{hung.name}。{_next(store, args.number)}")
    if why:
        sys.stderr.write(f"{why}已挂接留底，但报送前须重新打印、签字盖章并扫描。\n")
    return 1 if why else 0


def renew(args: Namespace) -> int:
    """Put a new version in the place of the old.

    Raises:
        Refused: see `paper_way.renew`.
    """
    from desktop import paper_way

    with opened_store() as store:
        if paper_way.renew(store, args.number, args.file):
            print(f"已换新稿，步骤从头来。{_next(store, args.number)}撤销：tuanmei undo")
        else:
            print("新稿和原来的内容一样，没有更换。")
    return 0


def sign(args: Namespace) -> int:
    """Sign a paper; the signed file takes the place of the plain one.

    Raises:
        Refused: see `paper_signing.begin` and `paper_signing.sign`.
    """
    from desktop import paper_signing, papers
    from desktop.documents.signatures.identity import holder
    from desktop.documents.signing import empty_lines

    with opened_store() as store, store.read() as session:
        title = papers.numbered(session, args.number).title
    who = signer(args)
    with opened_store() as store:
        file = paper_signing.begin(store, args.number)
        content = file.read_bytes()
        if not args.line and empty_lines(content, file.name):
            args.line = "1"
        visible = visible_line(content, file.name, args)
        now = store.clock().astimezone()
        made = paper_signing.sign(store, args.number, who, now, comment=args.comment, role=args.role, visible=visible)
        left = "、".join(line.signer for line in empty_lines(made.read_bytes(), made.name))
    print(f"“{title}”已签名：{holder(who.certificate)}。" + (f"还没有签的：{left}。" if left else ""))
    return 0


def public(args: Namespace) -> int:
    """Save the public copy.

    Raises:
        Refused: see `paper_way.publish`.
    """
    from desktop import paper_way

    with opened_store() as store:
        print(paper_way.publish(store, args.number, args.output))
    return 0


def _next(store: Store, number: int) -> str:
    from desktop import papers

    with store.read() as session:
        step = papers.numbered(session, number).next_step
    return f"现在该办：{step}。" if step else "已全部办完。"
