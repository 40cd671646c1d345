"""`tuanmei notice`, `tuanmei pack`, `tuanmei eml`: read a notice, pack files by its rule, make a mail draft of them."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.commands.signing import read
from desktop.errors import BadValue, Refused
from desktop.paths import write_whole

if TYPE_CHECKING:
    from desktop.notice_reading import Proposal, Reading
    from desktop.packing import Part

_SURE = {"sure": "", "likely": "（可能）", "guess": "（猜测）"}


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Offer the three commands."""
    notice = subparsers.add_parser("notice", help="读上级通知：期限、邮箱、表格、命名规则，逐项附原文")
    notice.add_argument("file", metavar="FILE", help="通知文件（docx、doc、pdf、txt、网页），- 表示从标准输入读文字")
    notice.add_argument("--received", type=_day, metavar="YYYY-MM-DD", help="收到日期，用来推算没写的年份，默认今天")
    notice.add_argument("--json", action="store_true", help="按 JSON 输出")
    notice.add_argument("--keep", action="store_true", help="按读到的内容登记为待办（疑点照原样登记，请再核对）")
    notice.set_defaults(run=run_notice)
    pack = subparsers.add_parser("pack", help="按上级的命名规则给材料改名、列清单、打包")
    pack.add_argument("files", type=Path, nargs="+", metavar="FILE", help="要报送的文件")
    pack.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER", help="放到哪个文件夹")
    pack.add_argument("--rule", default="", metavar="TEXT", help="文件命名规则，如“单位名+2021微博年审”")
    pack.add_argument("--package", default="", metavar="TEXT", help="压缩包命名规则，如“部门/学院”")
    pack.add_argument("--unit", default="", metavar="TEXT", help="单位名称，默认取台账里的本单位")
    pack.add_argument("--reporter", default="", metavar="TEXT", help="填报人姓名")
    pack.add_argument("--phone", default="", metavar="TEXT", help="联系方式")
    pack.add_argument("--zip", action="store_true", help="打成一个压缩包")
    pack.add_argument("--list", action="store_true", help="附文件清单（含 SHA-256 校验值）")
    pack.add_argument("--limit", type=int, default=50, metavar="MB", help="邮箱附件上限，默认 50，0 表示不检查")
    pack.add_argument("--public", action="store_true", help="做公开版：遮盖电话和身份证号")
    pack.set_defaults(run=run_pack)
    eml = subparsers.add_parser("eml", help="做一封带附件的邮件草稿（.eml），用 Outlook、Foxmail 打开后发送")
    eml.add_argument("files", type=Path, nargs="*", metavar="FILE", help="附件")
    eml.add_argument("--to", action="append", default=[], metavar="ADDRESS", help="收件地址，可写多次")
    eml.add_argument("--subject", default="", metavar="TEXT", help="主题")
    eml.add_argument("--body", default="", metavar="TEXT", help="正文")
    eml.add_argument("-o", "--output", type=Path, required=True, metavar="OUT", help="草稿文件，如 报送.eml")
    eml.set_defaults(run=run_eml)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，请按 2026-11-25 填写") from error


def run_notice(arguments: argparse.Namespace) -> int:
    """Read a notice and print every proposal with its sentence.

    Raises:
        BadFile: the file holds no text that can be read.
    """
    from desktop.documents.plain import text_of_file
    from desktop.notice_reading import read_notice

    text = sys.stdin.read() if arguments.file == "-" else text_of_file(Path(arguments.file))
    if not text.strip():
        raise BadValue("没有读到文字。", todo="请把通知正文粘贴进来。")
    reading = read_notice(text, arguments.received or date.today())
    if arguments.json:
        sys.stdout.write(
            json.dumps([_as_json(each) for each in reading.proposals], ensure_ascii=False, indent=1) + "\n"
        )
    else:
        sys.stdout.write("\n".join(_sentences(reading)) + "\n")
    if arguments.keep:
        _keep(reading, "" if arguments.file == "-" else Path(arguments.file).name)
    return 1 if any(each.suggestion for each in reading.proposals) else 0


def _as_json(proposal: Proposal) -> dict[str, object]:
    return {
        "field": proposal.field, "value": proposal.value, "confidence": proposal.confidence,
        "quote": proposal.quote.text, "start": proposal.quote.start, "end": proposal.quote.end,
        "remark": proposal.remark, "suggestion": proposal.suggestion,
    }  # fmt: skip


def _sentences(reading: Reading) -> list[str]:
    from desktop.notice_reading import FIELDS

    lines: list[str] = []
    for each in reading.proposals:
        lines.append(f"{FIELDS[each.field]}：{each.value or '——'}{_SURE[each.confidence]}")
        lines += [f"    注意：{each.remark}"] if each.remark else []
        lines += [f"    可能是：{each.suggestion}"] if each.suggestion else []
        lines.append(f"    原文：{' '.join(each.quote.text.split())}")
    return lines


def _keep(reading: Reading, source: str) -> None:
    from desktop import notices, wanted
    from desktop.commands import opened_store

    read = dict.fromkeys(each.field for each in reading.proposals)
    confirmed = {field: [each.value for each in reading.taken(field)] for field in read}
    with opened_store() as store:
        with store.read() as session:
            best = {field: next(iter(confirmed.get(field, [])), "") for field in ("number", "title", "issuer")}
            twin = notices.twin(session, **best)
        if twin is not None:
            raise Refused(
                f"《{twin.title}》已经登记过了，没有重复登记。",
                todo=f"如要修改，请用 tuanmei tasks {twin.id} 栏目 内容，或在窗口里打开这份通知。",
            )
        with store.write("登记上级通知") as session:
            made = notices.enter(session, confirmed, reading.text, store.clock())
            made.source = source
        wanted.link_forms(store, made.id)
    sys.stdout.write(f"已登记：{made.title}\n")


def run_pack(arguments: argparse.Namespace) -> int:
    """Pack files into a folder; 1 when the result is too large for the mailbox or a place of the rule stayed open.

    Raises:
        Refused: a file cannot be read, masked or written.
    """
    from desktop import naming, packing
    from desktop.documents.masking import MARK, masked
    from desktop.documents.smtp import MEGABYTE

    parts: list[Part] = []
    for file in arguments.files:
        content = read(file)
        title = file.stem
        if arguments.public:
            content, title = masked(content, file.name), f"{title}{MARK}"
        parts.append(packing.Part(packing.OTHER, title, file.suffix.lower(), content))
    facts = naming.Facts(
        unit=arguments.unit or _own_unit(), reporter=arguments.reporter, phone=arguments.phone,
        year=str(date.today().year), day=f"{date.today():%Y%m%d}",
    )  # fmt: skip
    wish = packing.Wish(
        arguments.rule, arguments.package, facts, arguments.zip, arguments.list, arguments.limit * MEGABYTE
    )
    packed = packing.pack(parts, wish)
    for made in packed.sent:
        sys.stdout.write(f"{write_whole(arguments.output / made.name, made.content)}\n")
    for fault in packed.faults:
        sys.stderr.write(f"{fault}\n")
    return 1 if packed.faults else 0


def _own_unit() -> str:
    """The name of the own unit, empty while there is no register yet."""
    from desktop import paths, units
    from desktop.commands import opened_store
    from desktop.store.opening import FILE

    if not (paths.home() / FILE).exists():
        return ""
    with opened_store() as store, store.read() as session:
        mine = units.own(session)
    return mine.name if mine else ""


def run_eml(arguments: argparse.Namespace) -> int:
    """Write a draft with attachments.

    Raises:
        Refused: an address is not sound, a file cannot be read, or the draft cannot be written.
    """
    from desktop.documents import mail

    attachments = tuple(mail.Attachment(file.name, read(file)) for file in arguments.files)
    letter = mail.Letter(tuple(arguments.to), arguments.subject, arguments.body, attachments)
    sys.stdout.write(f"{write_whole(arguments.output, mail.draft(letter))}\n")
    return 0
