"""`tuanmei cert …`: make, issue, revoke, compare and recognise certificates for signing."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.commands import hidden, opened_store
from desktop.commands.signing import read
from desktop.errors import BadValue
from desktop.paths import write_whole

if TYPE_CHECKING:
    from cryptography import x509

    from desktop.documents.signatures.identity import Identity


def add(names: Any) -> None:
    """Add the commands to the grammar."""
    made = names.add_parser("cert", help="签名证书：制作、签发、吊销、核对")
    deeds = made.add_subparsers(dest="deed", metavar="动作", required=True)
    _makers(deeds)
    deed = deeds.add_parser("pin", help="登记已与对方核对过指纹的证书")
    deed.add_argument("file", type=Path, metavar="证书")
    deed.add_argument("--how", required=True, metavar="方式", help="怎样核对的，如“电话核对”")
    deed.set_defaults(run=pin)
    deed = deeds.add_parser("trust", help="登记上级的根证书，由它签发的证书都予认定")
    deed.add_argument("file", type=Path, metavar="根证书")
    deed.add_argument("--how", required=True, metavar="方式", help="怎样核对的，如“上级当面发放”")
    deed.set_defaults(run=trust_root)
    deed = deeds.add_parser("distrust", help="作废一张证书，以后一律不认")
    deed.add_argument("file", type=Path, metavar="证书")
    deed.add_argument("--why", required=True, metavar="原因")
    deed.set_defaults(run=distrust)
    deed = deeds.add_parser("forget", help="撤回认定，当作没有登记过")
    deed.add_argument("number", type=int, metavar="编号", help="见 tuanmei cert list")
    deed.set_defaults(run=forget)
    deed = deeds.add_parser("import-list", help="导入上级发布的吊销列表")
    deed.add_argument("file", type=Path, metavar="吊销列表")
    deed.set_defaults(run=import_list)
    deed = deeds.add_parser("list", help="列出已登记的证书")
    deed.set_defaults(run=listing)


def _makers(deeds: Any) -> None:
    deed = deeds.add_parser("make", help="制作单位证书（自签名）；--root 制作根证书")
    deed.add_argument("name", metavar="名称", help="单位名称")
    deed.add_argument("-o", "--output", type=Path, required=True, metavar="文件", help="证书文件（.p12），口令另行输入")
    deed.add_argument("--root", action="store_true", help="制作根证书，用来给下级签发")
    deed.add_argument("--years", type=int, metavar="年数", help="有效年数，单位证书默认 3，根证书默认 10")
    deed.set_defaults(run=make)
    deed = deeds.add_parser("export", help="从证书文件导出可以公开的证书（.cer）")
    deed.add_argument("file", type=Path, metavar="证书文件")
    deed.add_argument("-o", "--output", type=Path, required=True, metavar="文件")
    deed.set_defaults(run=export)
    deed = deeds.add_parser("show", help="显示证书的名称、指纹和有效期")
    deed.add_argument("file", type=Path, metavar="文件")
    deed.set_defaults(run=show)
    deed = deeds.add_parser("issue", help="用根证书给下级单位的自签名证书签发")
    deed.add_argument("file", type=Path, metavar="证书", help="下级单位交来的 .cer")
    deed.add_argument("--root", type=Path, required=True, metavar="根证书文件")
    deed.add_argument("--years", type=int, metavar="年数")
    deed.add_argument("-o", "--output", type=Path, required=True, metavar="文件")
    deed.set_defaults(run=issue)
    deed = deeds.add_parser("join", help="把上级签发的证书并入本单位的证书文件")
    deed.add_argument("file", type=Path, metavar="证书文件")
    deed.add_argument("issued", type=Path, metavar="签发的证书")
    deed.add_argument("--root", type=Path, metavar="根证书", help="上级的根证书（.cer），一并放入")
    deed.add_argument("-o", "--output", type=Path, required=True, metavar="文件")
    deed.set_defaults(run=join)
    deed = deeds.add_parser("revoke", help="吊销证书，写出下一号吊销列表")
    deed.add_argument("files", type=Path, nargs="*", metavar="证书")
    deed.add_argument("--root", type=Path, required=True, metavar="根证书文件")
    deed.add_argument("--list", type=Path, metavar="上一号吊销列表")
    deed.add_argument("-o", "--output", type=Path, required=True, metavar="文件")
    deed.set_defaults(run=revoke)


def make(args: Namespace) -> int:
    """Make a unit certificate or a root and write it as a PKCS#12 file."""
    from desktop import certificates

    maker, years = (
        (certificates.make_root, certificates.ROOT_YEARS)
        if args.root
        else (certificates.make_own, certificates.UNIT_YEARS)
    )
    _write_p12(args.output, maker(args.name, _now(), years=args.years or years))
    return 0


def export(args: Namespace) -> int:
    """Write the certificate out of a PKCS#12 file."""
    from desktop.certificates import exported

    put_down(args.output, exported(identity_in(args.file).certificate))
    return 0


def show(args: Namespace) -> int:
    """Print what is in a certificate, a PKCS#12 file or a revocation list."""
    from desktop.certificates import list_number, read_list
    from desktop.documents.signatures.identity import common_name

    content = read(args.file)
    if b"X509 CRL" in content or args.file.suffix.lower() == ".crl":
        found = read_list(content, args.file.name)
        print(f"吊销列表第 {list_number(found)} 号，{common_name(found.issuer)}，共吊销 {len(list(found))} 张")
        print(f"发布日期：{found.last_update_utc.astimezone():%Y-%m-%d}")
        return 0
    describe(identity_in(args.file).certificate if _is_p12(args.file) else certificate_in(args.file))
    return 0


def issue(args: Namespace) -> int:
    """Issue a certificate for a unit's self-signed one."""
    from desktop import certificates
    from desktop.documents.signatures.identity import fingerprint, holder

    of = certificate_in(args.file)
    print(f"请先与“{holder(of)}”核对其自签名证书的指纹：{fingerprint(of)}", file=sys.stderr)
    made = certificates.issue(identity_in(args.root), of, _now(), years=args.years or certificates.UNIT_YEARS)
    put_down(args.output, certificates.exported(made))
    describe(made)
    return 0


def join(args: Namespace) -> int:
    """Put the issued certificate beside the unit's key."""
    from desktop.certificates import joined, write_p12

    word = hidden(f"证书文件“{args.file.name}”的口令：")
    who = identity_in(args.file, word)
    chain = [certificate_in(args.root)] if args.root else []
    put_down(args.output, write_p12(joined(who, certificate_in(args.issued), chain), word), private=True)
    return 0


def revoke(args: Namespace) -> int:
    """Write the next revocation list."""
    from desktop import certificates

    earlier = certificates.read_list(read(args.list), args.list.name) if args.list else None
    certain = [certificate_in(file) for file in args.files]
    made = certificates.revoke(identity_in(args.root), certain, earlier, _now())
    put_down(args.output, certificates.exported(made))
    print(f"吊销列表第 {certificates.list_number(made)} 号，共 {len(list(made))} 张。请发给各单位导入。")
    return 0


def pin(args: Namespace) -> int:
    """Recognise a certificate that was compared."""
    from desktop import trust

    certificate = certificate_in(args.file)
    with opened_store() as store, store.write("登记已核对的证书") as session:
        trust.pin(session, certificate, args.how, store.clock().date())
    describe(certificate)
    return 0


def trust_root(args: Namespace) -> int:
    """Recognise a superior's root."""
    from desktop import trust

    certificate = certificate_in(args.file)
    with opened_store() as store, store.write("登记根证书") as session:
        trust.trust_root(session, certificate, args.how, store.clock().date())
    describe(certificate)
    return 0


def distrust(args: Namespace) -> int:
    """Never recognise a certificate again."""
    from desktop import trust

    certificate = certificate_in(args.file)
    with opened_store() as store, store.write("作废证书") as session:
        trust.distrust(session, certificate, args.why, store.clock().date())
    describe(certificate)
    return 0


def forget(args: Namespace) -> int:
    """Take a decision about a certificate back.

    Raises:
        BadValue: there is no such decision.
    """
    from desktop import trust

    with opened_store() as store:
        with store.read() as session:
            row = next((one for one in trust.decided(session) if one.id == args.number), None)
        if row is None:
            raise BadValue(f"没有编号为 {args.number} 的证书。", todo="编号见 tuanmei cert list。")
        with store.write(f"撤回对证书的认定：{row.holder}") as session:
            trust.forget(session, row, store.clock())
    print(f"已撤回对“{row.holder}”证书的认定。撤销：tuanmei undo")
    return 0


def import_list(args: Namespace) -> int:
    """Take over a revocation list."""
    from desktop import trust
    from desktop.certificates import read_list

    found = read_list(read(args.file), args.file.name)
    with opened_store() as store, store.write("导入吊销列表") as session:
        row = trust.add_list(session, found)
        print(f"已导入第 {row.number} 号吊销列表，共吊销 {len(list(found))} 张证书。")
    return 0


def listing(_: Namespace) -> int:
    """List the decisions about certificates."""
    from desktop import trust

    with opened_store() as store, store.read() as session:
        rows = trust.decided(session)
    for row in rows:
        print(f"{row.id}  {row.kind}  {row.holder}  {row.decided_on}  {row.how}\n  {row.fingerprint}")
    if not rows:
        print("还没有登记过证书。")
    return 0


def describe(certificate: x509.Certificate) -> None:
    """Print whose certificate it is, its term and its fingerprint."""
    from desktop.certificates import is_root
    from desktop.documents.signatures.identity import common_name, fingerprint, holder

    print(f"名称：{holder(certificate)}" + ("（根证书）" if is_root(certificate) else ""))
    if certificate.issuer != certificate.subject:
        print(f"签发者：{common_name(certificate.issuer)}")
    start, end = (moment.astimezone() for moment in (certificate.not_valid_before_utc, certificate.not_valid_after_utc))
    print(f"有效期：{start:%Y-%m-%d} 至 {end:%Y-%m-%d}")
    print(f"指纹（SHA-256）：{fingerprint(certificate)}")


def _is_p12(file: Path) -> bool:
    return file.suffix.lower() in {".p12", ".pfx"}


def identity_in(file: Path, word: str = "") -> Identity:
    """Key and certificate in a PKCS#12 file; its passphrase is asked for when not given.

    Raises:
        Refused: it does not open.
    """
    from desktop.certificates import read_p12

    content = read(file)
    return read_p12(content, word or hidden(f"证书文件“{file.name}”的口令："), file.name)


def certificate_in(file: Path) -> x509.Certificate:
    """The certificate in a file.

    Raises:
        BadFile: there is none.
    """
    from desktop.certificates import read_certificate

    return read_certificate(read(file), file.name)


def _write_p12(file: Path, who: Identity) -> None:
    from desktop.certificates import SHORTEST_PASSPHRASE, write_p12

    word = hidden("请为证书文件设定口令：", twice=True)
    if len(word) < SHORTEST_PASSPHRASE:
        raise BadValue(f"证书文件的口令至少 {SHORTEST_PASSPHRASE} 个字符。", todo="请换一个长一些的口令。")
    put_down(file, write_p12(who, word), private=True)
    describe(who.certificate)


def put_down(file: Path, content: bytes, *, private: bool = False) -> None:
    """Write a file and say so; a private one only its owner may read."""
    write_whole(file, content)
    if private and os.name == "posix":
        file.chmod(0o600)
    print(f"已写出：{file}")


def _now() -> datetime:
    return datetime.now().astimezone()
