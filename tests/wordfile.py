"""Small Word files made by hand for tests: the XML that matters, the rest filled in."""

from __future__ import annotations

import io
import zipfile

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_R = f'xmlns:r="{_OFFICE}"'
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
SECTION = (
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1800" w:bottom="1440" w:left="1800"'
    ' w:header="851" w:footer="992" w:gutter="0"/>%s</w:sectPr>'
)
MODERN = (
    '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word"'
    ' w:val="15"/></w:compat>'
)


def word_file(
    body: str,
    section: str = SECTION % "",
    *,
    styles: str = "",
    settings: str = MODERN,
    parts: dict[str, str | bytes] | None = None,
    relations: str = "",
) -> bytes:
    """A .docx around the content of w:body."""
    held: dict[str, str | bytes] = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_TYPES}.document.main+xml"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{_TYPES}.styles+xml"/>'
        f'<Override PartName="/word/settings.xml" ContentType="{_TYPES}.settings+xml"/></Types>',
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f"{_HEAD}<Relationships"
        ' xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="s1" Type="{_OFFICE}/styles" Target="styles.xml"/>'
        f'<Relationship Id="s2" Type="{_OFFICE}/settings" Target="settings.xml"/>{relations}</Relationships>',
        "word/styles.xml": f"{_HEAD}<w:styles {W}>{styles}</w:styles>",
        "word/settings.xml": f"{_HEAD}<w:settings {W}>{settings}</w:settings>",
        "word/document.xml": f"{_HEAD}<w:document {W} {_R}><w:body>{body}{section}</w:body></w:document>",
        **(parts or {}),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in held.items():
            archive.writestr(name, content)
    return packed.getvalue()


def run(text: str, *, size: int = 24, latin: str = "Times New Roman", east: str = "宋体", extra: str = "") -> str:
    """A w:r; size in half points."""
    fonts = f'<w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{east}"/>'
    return f'<w:r><w:rPr>{fonts}{extra}<w:sz w:val="{size}"/></w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def para(runs: str = "", properties: str = "") -> str:
    """A w:p."""
    return f"<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>"


def cell(content: str, width: int = 2000, properties: str = "") -> str:
    """A w:tc; width in twips."""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{properties}</w:tcPr>{content}</w:tc>'


def row(*cells: str, properties: str = "") -> str:
    """A w:tr."""
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def table(*rows: str, grid: tuple[int, ...] = (2000, 3000), properties: str = "") -> str:
    """A w:tbl with single borders of half a point all over."""
    edges = "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in grid)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/><w:tblBorders>{edges}</w:tblBorders>{properties}</w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def control(key: str, content: str, label: str = "") -> str:
    """A w:sdt around content."""
    return (
        f'<w:sdt><w:sdtPr><w:alias w:val="{label}"/><w:tag w:val="{key}"/></w:sdtPr>'
        f"<w:sdtContent>{content}</w:sdtContent></w:sdt>"
    )
