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
    from desktop.documents.signatures.identity import Identity
    from desktop.documents.signing import Visible
    from desktop.trust import TrustList


def add(names: Any) -> None:
    """Add the two commands to the grammar."""
    sign = names.add_parser("sign", help="给 docx、xlsx 文件做数字签名")
    sign.add_argument("file", type=Path, metavar="FILE", help="要签名的文件")
    sign.add_argument("-o", "--output", type=Path, metavar="OUT", help="签名后的文件；不写就另存为“……（已签名）”")
    signer_options(sign)
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


def signer_options(made: argparse.ArgumentParser) -> None:
    """Offer who signs and how, for a file as for a paper."""
    who = made.add_mutually_exclusive_group(required=True)
    who.add_argument("--p12", type=Path, metavar="KEY", help="证书文件（.p12、.pfx），口令另行输入")
    who.add_argument(
        "--own", type=int, nargs="?", const=0, metavar="编号",
        help="用保险柜里的单位证书，主口令另行输入；编号见 tuanmei signer list，不写用到期最晚的",
    )  # fmt: skip
    made.add_argument("--comment", default="", metavar="TEXT", help="签名说明，如“报送 2026 年统计表”")
    made.add_argument("--role", default="", metavar="TEXT", help="签名身份，如“团委书记”")
    made.add_argument("--line", default="", metavar="NAME", help="填写第几个空的签名行（数字），或哪个签名人的一行")
    made.add_argument("--image", type=Path, metavar="PICTURE", help="放在签名行上的图片（PNG、JPEG、BMP）")
    made.add_argument("--any-order", action="store_true", help="前面的签名行还空着也签")


def signer(arguments: argparse.Namespace) -> Identity:
    """Who signs: from a key file or from the vault, each opened with its passphrase.

    Raises:
        Refused: the key file or the vault does not open, or there is no such certificate.
    """
    if arguments.p12 is not None:
        from desktop.certificates import read_p12

        file = arguments.p12
        return read_p12(read(file), hidden(f"证书文件“{file.name}”的口令："), file.name)
    from desktop import signers
    from desktop.commands.signers import own_certificate
    from desktop.commands.vault import opened_vault

    with opened_vault() as (store, vault):
        return signers.identity(vault, own_certificate(store, arguments.own, signers.UNIT))


def run_sign(arguments: argparse.Namespace) -> int:
    """Sign one file.

    Raises:
        Refused: the key file does not open, the file cannot be signed or written.
    """
    from desktop.certificates import need_in_term
    from desktop.documents.signatures.identity import fingerprint, holder
    from desktop.documents.signing import sign
    from desktop.signers import sign_file

    file = arguments.file
    content = read(file)
    who = signer(arguments)
    now = datetime.now().astimezone()
    need_in_term(who.certificate, now)
    comment, role, visible = arguments.comment, arguments.role, visible_line(content, file.name, arguments)
    if arguments.output is None:
        target = sign_file(file, who, now, comment=comment, role=role, visible=visible)
    else:
        target = arguments.output
        write_whole(target, sign(content, who, now, name=file.name, comment=comment, role=role, visible=visible))
    sys.stdout.write(f"已签名：{target}\n签名人：{holder(who.certificate)}\n")
    sys.stdout.write(f"证书指纹：{fingerprint(who.certificate)}\n")
    return 0


def visible_line(content: bytes, name: str, arguments: argparse.Namespace) -> Visible | None:
    """The signature line that was asked for, by its number among the empty ones or by who should sign it.

    Raises:
        BadValue: there is no such line.
    """
    from desktop.documents.signing import Visible, empty_lines

    if not arguments.line:
        return None
    empty = empty_lines(content, name)
    wanted = [line for number, line in enumerate(empty, 1) if arguments.line in {str(number), line.signer}]
    if not wanted:
        offered = "、".join(f"{number} {line.signer}" for number, line in enumerate(empty, 1)) or "没有"
        raise BadValue(f"文件“{name}”没有空的签名行“{arguments.line}”。", todo=f"可签的有：{offered}。")
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
