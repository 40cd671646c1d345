"""`tuanmei signer …`: certificates whose private keys lie in the vault, and what the office's root issues."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.commands import opened_store
from desktop.commands.certificates import certificate_in, describe, identity_in, put_down
from desktop.commands.vault import opened_vault
from desktop.errors import BadValue

if TYPE_CHECKING:
    from cryptography.x509 import CertificateRevocationList

    from desktop.signers import SigningCertificate
    from desktop.store import Store


def add(names: Any) -> None:
    """Add the commands to the grammar."""
    made = names.add_parser("signer", help="保险柜里的签名证书：列出、制作、导入、换用、签发、吊销、导出")
    deeds = made.add_subparsers(dest="deed", metavar="动作", required=True)
    deeds.add_parser("list", help="列出本单位的证书和签发给下级的证书").set_defaults(run=listing)
    deed = deeds.add_parser("make", help="制作单位证书，私钥存入保险柜；--root 制作根证书")
    deed.add_argument("name", nargs="?", default="", metavar="名称", help="默认取台账里的本单位")
    deed.add_argument("--root", action="store_true", help="制作根证书，用来给下级签发")
    deed.set_defaults(run=make)
    deed = deeds.add_parser("take", help="把证书文件（.p12、.pfx）存入保险柜；先输证书文件的口令，再输主口令")
    deed.add_argument("file", type=Path, metavar="证书文件")
    deed.set_defaults(run=take)
    deed = deeds.add_parser("accept", help="换用上级签发的证书")
    deed.add_argument("issued", type=Path, metavar="签发的证书", help="上级发来的 .cer")
    deed.add_argument("root", type=Path, metavar="根证书", help="上级的根证书 .cer")
    _numbered(deed)
    deed.set_defaults(run=accept)
    deed = deeds.add_parser("export", help="导出可以公开的证书（.cer），根证书也用它")
    _numbered(deed)
    _output(deed)
    deed.set_defaults(run=export)
    deed = deeds.add_parser("issue", help="用本单位的根证书给下级单位的自签名证书签发")
    deed.add_argument("file", type=Path, metavar="证书", help="下级单位交来的 .cer")
    deed.add_argument("--compared", action="store_true", help="已请对方念过指纹，一个字不差；不加只显示指纹")
    _numbered(deed)
    _output(deed)
    deed.set_defaults(run=issue)
    deed = deeds.add_parser("revoke", help="吊销签发过的证书，写出下一号吊销列表")
    deed.add_argument("issued", type=int, metavar="签发编号", help="见 tuanmei signer list")
    deed.add_argument("--why", required=True, metavar="原因", help="如“换届，由新证书替代”")
    _output(deed)
    deed.set_defaults(run=revoke)
    deed = deeds.add_parser("publish", help="不吊销谁，只写出下一号吊销列表，免得过期")
    _numbered(deed)
    _output(deed)
    deed.set_defaults(run=publish)


def _numbered(deed: Any) -> None:
    deed.add_argument("--number", type=int, default=0, metavar="编号", help="用哪一张，默认到期最晚的")


def _output(deed: Any) -> None:
    deed.add_argument("-o", "--output", type=Path, required=True, metavar="文件")


def own_certificate(store: Store, number: int, *kinds: str) -> SigningCertificate:
    """The office's certificate of this number, or for 0 the longest valid, of one of these kinds.

    Raises:
        BadValue: there is none.
    """
    from desktop import signers

    with store.read() as session:
        found = [row for kind in kinds for row in signers.own(session, kind) if number in {0, row.id}]
    if found:
        return found[0]
    if number:
        raise BadValue(f"没有编号为 {number} 的{'或'.join(kinds)}。", todo="编号见 tuanmei signer list。")
    option = " --root" if kinds[0] == signers.ROOT else ""
    raise BadValue(f"保险柜里还没有{kinds[0]}。", todo=f"请先运行 tuanmei signer make{option}。")


def listing(_: Namespace) -> int:
    """List the own certificates and those issued."""
    from desktop import signers
    from desktop.documents.signatures.identity import grouped

    with opened_store() as store, store.read() as session:
        mine = [*signers.own(session), *signers.own(session, signers.ROOT)]
        given = signers.issued(session)
    for row in mine:
        print(f"{row.id}  {row.kind}  {row.holder}  {row.until} 到期\n  {grouped(row.fingerprint)}")
    for one in given:
        state = f"{one.revoked_on} 吊销：{one.why}" if one.revoked_on else "有效"
        print(f"签发编号 {one.id}  {one.holder}  {one.issued_on} 签发，{one.until} 到期  {state}")
    if not mine:
        print("保险柜里还没有签名证书。")
    return 0


def make(args: Namespace) -> int:
    """Make a certificate whose key lies in the vault."""
    from desktop import certificates, signers, units

    with opened_vault() as (store, vault):
        with store.read() as session:
            name = args.name or units.need_own(session).name + ("根证书" if args.root else "")
        maker = certificates.make_root if args.root else certificates.make_own
        who = maker(name, store.clock().astimezone())
        row = signers.keep(store, vault, who)
    _said(row)
    describe(who.certificate)
    return 0


def take(args: Namespace) -> int:
    """Take a key file over into the vault."""
    from desktop import signers

    who = identity_in(args.file)
    with opened_vault() as (store, vault):
        row = signers.keep(store, vault, who)
    _said(row)
    describe(who.certificate)
    return 0


def accept(args: Namespace) -> int:
    """Use the certificate that the superior issued."""
    from desktop import signers

    given, root = certificate_in(args.issued), certificate_in(args.root)
    with opened_vault() as (store, vault):
        signers.accept(store, vault, own_certificate(store, args.number, signers.UNIT), given, root)
    describe(given)
    return 0


def export(args: Namespace) -> int:
    """Write a certificate that may be public."""
    from desktop import certificates, signers

    with opened_store() as store:
        row = own_certificate(store, args.number, signers.UNIT, signers.ROOT)
    found = certificates.read_certificate(row.pem.encode())
    put_down(args.output, certificates.exported(found))
    describe(found)
    return 0


def issue(args: Namespace) -> int:
    """Issue a certificate to a unit below, once its fingerprint was compared.

    Raises:
        BadValue: it is not said that it was.
    """
    from desktop import certificates, signers

    of = certificate_in(args.file)
    describe(of)
    if not args.compared:
        raise BadValue("还没有核对指纹，没有签发。", todo="请对方念一遍，一个字不差再加 --compared。")
    with opened_vault() as (store, vault):
        root = own_certificate(store, args.number, signers.ROOT)
        row = signers.issue(store, vault, root, of, store.clock().astimezone())
    put_down(args.output, row.pem.encode())
    print(f"已签发，签发编号 {row.id}。")
    describe(certificates.read_certificate(row.pem.encode()))
    return 0


def revoke(args: Namespace) -> int:
    """Revoke an issued certificate and write the next list.

    Raises:
        BadValue: nothing was issued under this number.
    """
    from desktop import signers

    with opened_vault() as (store, vault):
        with store.read() as session:
            row = next((one for one in signers.issued(session) if one.id == args.issued), None)
        if row is None:
            raise BadValue(f"没有签发编号 {args.issued}。", todo="编号见 tuanmei signer list。")
        made = signers.revoke(store, vault, row, args.why, store.clock().astimezone())
    _write_list(args.output, made)
    return 0


def publish(args: Namespace) -> int:
    """Write the root's next list without a new entry."""
    from desktop import signers

    with opened_vault() as (store, vault):
        root = own_certificate(store, args.number, signers.ROOT)
        made = signers.publish(store, vault, root, store.clock().astimezone())
    _write_list(args.output, made)
    return 0


def _write_list(file: Path, made: CertificateRevocationList) -> None:
    from desktop import certificates

    put_down(file, certificates.exported(made))
    print(f"吊销列表第 {certificates.list_number(made)} 号，共 {len(list(made))} 张。请发给各单位导入。")


def _said(row: SigningCertificate) -> None:
    print(f"已存入保险柜，编号 {row.id}。")
