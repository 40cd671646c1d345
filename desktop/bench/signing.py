"""Signing and verifying beside what cannot be avoided: unpacking, hashing and one operation of the private key."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from desktop.bench import Ratio, compare, timed

FLOOR = "解压、摘要与一次私钥运算"
CHECKING_FLOOR = "解压与摘要"


def ratios() -> Iterator[Ratio]:
    """One page of Word, 5,000 rows of Excel: signing and verifying."""
    from desktop.certificates import make_own
    from desktop.documents.signing import sign
    from desktop.documents.verifying import verify

    now = datetime(2026, 11, 20, 8, tzinfo=UTC)
    who = make_own("共青团林川县委员会", now)
    for name, content, limits in (("一页 Word", page(), (4.0, 10.0)), ("5,000 行 Excel", rows(5000), (2.5, 3.0))):
        signed = sign(content, who, now)

        def ours(content: bytes = content) -> float:
            return timed(lambda: sign(content, who, now))

        def floor(content: bytes = content) -> float:
            return timed(lambda: (hashed(content), who.sign(b"")))

        yield compare(f"签名 {name}", ours, FLOOR, floor, limits[0])

        def checked(signed: bytes = signed) -> float:
            return timed(lambda: verify(signed))

        def read(signed: bytes = signed) -> float:
            return timed(lambda: hashed(signed))

        yield compare(f"验证 {name}", checked, CHECKING_FLOOR, read, limits[1])


def hashed(content: bytes) -> list[bytes]:
    """The SHA-256 of every member of a package: the floor of signing and verifying."""
    import hashlib

    from desktop.documents.package import open_package

    package = open_package(content)
    return [hashlib.sha256(package.read(name)).digest() for name in package.members]


def page() -> bytes:
    """A filled form of one page."""
    from desktop import filling, paths
    from desktop.forms import loading

    form = loading.load(paths.bundled("forms") / "beianbiao")
    return filling.fill(form, loading.sample(form), "docx")


def rows(count: int) -> bytes:
    """An xlsx with so many rows of eight columns."""
    from desktop.documents.package import Package

    words = ("青春林川", "微信公众号", "赵示例", "138****", "2026-11-20", "正常")
    line = "".join(f'<c t="inlineStr"><is><t>{word}</t></is></c>' for word in words)
    body = "".join(f"<row><c><v>{number}</v></c><c><v>{number * 3.5}</v></c>{line}</row>" for number in range(count))
    main, office = "spreadsheetml/2006/main", "officeDocument/2006/relationships"
    package, schemas = "package/2006", "http://schemas.openxmlformats.org"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    members = {
        "[Content_Types].xml": f'<Types xmlns="{schemas}/{package}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/sheet.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{schemas}/{package}/relationships"><Relationship Id="rId1" '
        f'Type="{schemas}/{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{schemas}/{package}/relationships"><Relationship '
        f'Id="rId1" Type="{schemas}/{office}/worksheet" Target="sheet.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{schemas}/{main}" xmlns:r="{schemas}/{office}"><sheets>'
        '<sheet name="台账" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/sheet.xml": f'<worksheet xmlns="{schemas}/{main}"><sheetData>{body}</sheetData></worksheet>',
    }
    return Package("台账.xlsx", []).written({name: text.encode() for name, text in members.items()})
