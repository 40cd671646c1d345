"""`tuanmei sign`, `tuanmei verify`: sign a Word or Excel file, say what its signatures prove."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop import paths
from desktop.commands import hidden, opened_store
from desktop.errors import BadFile, BadValue, StoreRefused, why
from desktop.paths import write_whole

if TYPE_CHECKING:
    from desktop.documents.signing import Visible
    from desktop.trust import TrustList


def add(names: Any) -> None:
    """Add the two commands to the grammar."""
    sign = names.add_parser("sign", help="给 docx、xlsx 文件做数字签名")
    sign.add_argument("file", type=Path, metavar="FILE", help="要签名的文件")
    sign.add_argument("--p12", type=Path, required=True, metavar="KEY", help="证书文件（.p12、.pfx），口令另行输入")
    sign.add_argument("-o", "--output", type=Path, required=True, metavar="OUT", help="签名后的文件")
    sign.add_argument("--comment", default="", metavar="TEXT", help="签名说明，如“报送 2026 年统计表”")
    sign.add_argument("--role", default="", metavar="TEXT", help="签名身份，如“团委书记”")
    sign.add_argument("--line", default="", metavar="NAME", help="填写第几个空的签名行（数字），或哪个签名人的一行")
    sign.add_argument("--image", type=Path, metavar="PICTURE", help="放在签名行上的图片（PNG、JPEG、BMP）")
    sign.add_argument("--any-order", action="store_true", help="前面的签名行还空着也签")
    sign.set_defaults(run=run_sign)
    verify = names.add_parser("verify", help="验证 docx、xlsx 文件的数字签名")
    verify.add_argument("files", type=Path, nargs="+", metavar="FILE", help="要验证的文件")
    verify.add_argument(
        "--trust", type=Path, action="append", default=[], metavar="CERT", help="另外认定的证书或根证书"
    )
    verify.add_argument("--revoked", type=Path, action="append", default=[], metavar="LIST", help="另外的吊销列表")
    verify.add_argument("--known", action="store_true", help="签名人都已核对或由认定的上级签发，才返回 0")
    verify.add_argument("--json", action="store_true", help="按 JSON 输出")
    verify.set_defaults(run=run_verify)


def run_sign(arguments: argparse.Namespace) -> int:
    """Sign one file.

    Raises:
        Refused: the key file does not open, the file cannot be signed or written.
    """
    from desktop.certificates import need_in_term, read_p12
    from desktop.documents.signatures.identity import fingerprint, holder
    from desktop.documents.signing import sign

    content = read(arguments.file)
    who = read_p12(read(arguments.p12), hidden(f"证书文件“{arguments.p12.name}”的口令："), arguments.p12.name)
    now = datetime.now().astimezone()
    need_in_term(who.certificate, now)
    signed = sign(
        content,
        who,
        now,
        name=arguments.file.name,
        comment=arguments.comment,
        role=arguments.role,
        visible=_visible(content, arguments),
    )
    write_whole(arguments.output, signed)
    sys.stdout.write(f"已签名：{arguments.output}\n签名人：{holder(who.certificate)}\n")
    sys.stdout.write(f"证书指纹：{fingerprint(who.certificate)}\n")
    return 0


def _visible(content: bytes, arguments: argparse.Namespace) -> Visible | None:
    """The signature line that was asked for, by its number among the empty ones or by who should sign it."""
    from desktop.documents.signing import Visible, empty_lines

    if not arguments.line:
        return None
    empty = empty_lines(content, arguments.file.name)
    wanted = [line for number, line in enumerate(empty, 1) if arguments.line in {str(number), line.signer}]
    if not wanted:
        offered = "、".join(f"{number} {line.signer}" for number, line in enumerate(empty, 1)) or "没有"
        raise BadValue(f"文件“{arguments.file.name}”没有空的签名行“{arguments.line}”。", todo=f"可签的有：{offered}。")
    image = read(arguments.image) if arguments.image else b""
    return Visible(wanted[0].id, image=image, out_of_order=arguments.any_order)


def run_verify(arguments: argparse.Namespace) -> int:
    """Report on files; 0 only when each is signed and every signature covers the whole of it and holds."""
    from desktop.documents.signatures.wording import as_json, sentences
    from desktop.documents.verifying import Trust, verify

    judge = _judge(arguments.trust, arguments.revoked)
    now = datetime.now().astimezone()
    reports = [verify(read(file), file.name, judge, now) for file in arguments.files]
    if arguments.json:
        made = [as_json(report) for report in reports]
        sys.stdout.write(json.dumps(made[0] if len(made) == 1 else made, ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write("\n\n".join("\n".join(sentences(report)) for report in reports) + "\n")
    signers = [one.judgement.trust for report in reports for one in report.signatures]
    known = not arguments.known or all(one in {Trust.PINNED, Trust.ISSUED} for one in signers)
    return 0 if known and all(report.accepted for report in reports) else 1


def _judge(certificates: list[Path], lists: list[Path]) -> TrustList:
    """What this office knows of certificates, with those named on the command line."""
    from desktop import trust
    from desktop.certificates import is_root, read_certificate, read_list

    given = [read_certificate(read(file), file.name) for file in certificates]
    revoked = [read_list(read(file), file.name) for file in lists]
    roots = [one for one in given if is_root(one)]
    return trust.from_files([one for one in given if one not in roots], roots, revoked, _known())


def _known() -> TrustList:
    """The decisions in the office's store; without a store, or while the window holds it, nothing is known."""
    from desktop import trust
    from desktop.store.opening import FILE

    if not (paths.home() / FILE).exists():
        return trust.TrustList()
    try:
        with opened_store() as store, store.read() as session:
            return trust.judge(session)
    except StoreRefused as refusal:
        print(f"提示：{refusal}本次不查已登记的证书。", file=sys.stderr)
        return trust.TrustList()


def read(file: Path) -> bytes:
    """The bytes of a file named on the command line.

    Raises:
        BadFile: it is missing or not readable.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadFile(f"文件“{file}”读不出来（{why(error)}）。", todo="请检查路径是否正确、是否有权限。") from error
