"""Official documents: measures of GB/T 9704-2012 as LibreOffice prints them, order, fonts, styles."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from datetime import date
from pathlib import Path

import docx
import pdfplumber
import pytest

from desktop import cli
from desktop.documents.house_styles import STANDARD, styles
from desktop.documents.official import Letter, Part, write
from desktop.errors import BadFile

BODY = "我委高度重视新媒体平台自查工作，成立专班，逐个账号核对登记备案、运维团队和审核发布流程，现将情况报告如下。" * 3
LETTER = Letter(
    "关于2026年团属新媒体平台自查情况的报告", "共青团临江市委员会", BODY, "共青团林川县委员会", date(2026, 11, 20),
    tuple(Part(name, (BODY, "（一）有关做法", BODY)) for name in
          ("基本情况", "隶属关系", "制度建设", "流程规范", "影响力", "存在问题", "意见建议")),
    enclosures=("团属政务新媒体情况统计表", "账号清单"),
)  # fmt: skip
POINT = 25.4 / 72


@pytest.fixture
def standard():
    return styles()[0]


@pytest.fixture(scope="module")
def printed(soffice: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory):
    file = tmp_path_factory.mktemp("official") / "报告.docx"
    file.write_bytes(write(LETTER, styles()[0]).content)
    with pdfplumber.open(soffice(file)) as pdf:
        yield pdf


def test_the_national_standard_comes_first_and_others_can_be_chosen() -> None:
    assert styles()[0].id == STANDARD
    assert len(styles()) >= 3
    assert all(style.source for style in styles())


def test_margins_and_lines_of_the_sheet(printed) -> None:
    page = printed.pages[1]
    lines = sorted({round(word["bottom"], 1) for word in page.extract_words() if word["bottom"] < page.height - 99})
    left = min(char["x0"] for char in page.chars) * POINT
    right = max(char["x1"] for char in page.chars) * POINT
    assert page.width * POINT == pytest.approx(210, abs=0.5)
    assert left == pytest.approx(28, abs=1)
    assert right <= 210 - 26 + 1
    assert min(char["top"] for char in page.chars) * POINT >= 36
    pitches = [b - a for a, b in itertools.pairwise(lines) if b - a > 10]
    assert min(pitches) == pytest.approx(225 / 22 / POINT, abs=0.6)


def test_twenty_two_lines_of_twenty_eight_characters(printed) -> None:
    page = printed.pages[1]
    rows: dict[float, str] = {}
    for char in page.chars:
        if char["bottom"] < page.height - 85:
            rows.setdefault(round(char["bottom"]), "")
            rows[round(char["bottom"])] += char["text"]
    assert len(rows) == 22
    assert max(len(text) for text in rows.values()) == 28


def test_page_numbers_stand_outside(printed) -> None:
    for number, page in enumerate(printed.pages, 1):
        below = [char for char in page.chars if char["top"] > page.height - 80 and char["text"].isdigit()]
        assert "".join(char["text"] for char in below) == str(number)
        on_the_right = below[0]["x0"] > page.width / 2
        assert on_the_right == (number % 2 == 1)


def test_the_seven_headings_in_order_then_enclosures_then_name_and_date(printed) -> None:
    text = "".join(char["text"] for page in printed.pages for char in page.chars).replace(" ", "")
    places = [text.index(f"{numeral}、{part.heading}") for numeral, part in
              zip("一二三四五六七", LETTER.sections, strict=True)]  # fmt: skip
    tail = [text.index(word, places[-1]) for word in ("附件：1.", "2.账号清单", "2026年11月20日")]
    assert places + tail == sorted(places + tail)


def test_the_date_stands_four_characters_from_the_edge_under_the_name(printed) -> None:
    rows: dict[int, list[dict[str, float]]] = {}
    for char in printed.pages[-1].chars:
        if char["text"].strip() and char["bottom"] < printed.pages[-1].height - 85:
            rows.setdefault(round(char["bottom"]), []).append(char)
    name, day = [rows[place] for place in sorted(rows)[-2:]]
    assert "".join(str(char["text"]) for char in name + day) == LETTER.issuer + "2026年11月20日"
    edge = (210 - 26) / POINT
    assert (edge - day[-1]["x1"]) / 16 == pytest.approx(4, abs=0.4)
    # How wide the figures of a date print depends on the font this machine has: the middle is looked up in the file.
    paragraphs = docx.Document(io.BytesIO(write(LETTER, styles()[0]).content)).paragraphs
    over, under = (p.paragraph_format.right_indent.pt for p in paragraphs[-2:])
    assert under == 4 * 16
    assert over + len(LETTER.issuer) * 16 / 2 == under + 7 * 16 / 2  # eight figures of half a character, three whole


def test_east_asian_fonts_by_level(standard) -> None:
    document = docx.Document(io.BytesIO(write(LETTER, standard).content))
    name = docx.oxml.ns.qn("w:eastAsia")
    fonts = {p.text[:4]: p.runs[0]._r.rPr.rFonts.get(name) for p in document.paragraphs if p.runs}
    assert fonts["关于20"] == "方正小标宋简体"
    assert fonts["一、基本"] == "黑体"
    assert fonts["（一）有"] == "楷体_GB2312"
    assert fonts[BODY[:4]] == "仿宋_GB2312"


def test_a_missing_font_is_replaced_by_the_next_one_and_said(standard) -> None:
    written = write(LETTER, standard, lambda name: name in {"宋体", "黑体"})
    assert any("方正小标宋简体" in notice and "宋体" in notice for notice in written.notices)
    assert not any("黑体”，以" in notice for notice in written.notices)
    assert write(LETTER, standard).notices == ()


def test_equal_texts_give_equal_bytes(standard) -> None:
    assert write(LETTER, standard).content == write(LETTER, standard).content


def test_every_style_opens(soffice: Callable[..., Path], tmp_path: Path) -> None:
    for style in styles():
        file = tmp_path / f"{style.id}.docx"
        file.write_bytes(write(LETTER, style, sealed=False).content)
        with pdfplumber.open(soffice(file)) as pdf:
            assert LETTER.issuer in pdf.pages[-1].extract_text()


def test_a_broken_style_says_which_file(tmp_path: Path) -> None:
    (tmp_path / "坏.toml").write_text("name = '缺项'", "utf-8")
    with pytest.raises(BadFile, match="坏"):
        styles(tmp_path)


def test_the_command_writes_a_request(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "请示.toml"
    source.write_text(
        'title = "关于注销快手账号的请示"\naddressee = "共青团临江市委员会"\n'
        'opening = "因长期无专人维护，拟予注销。"\n'
        'closing = "妥否，请批示。"\nissuer = "共青团林川县委员会"\non = 2026-11-20\n'
        'contact = "赵示例，0479-5980003"\n',
        "utf-8",
    )
    assert cli.run(["official", str(source), "-o", str(tmp_path / "out.docx")]) == cli.DONE
    texts = [p.text for p in docx.Document(tmp_path / "out.docx").paragraphs]
    assert "妥否，请批示。" in texts
    source.write_text("title = 3", "utf-8")
    assert cli.run(["official", str(source), "-o", str(tmp_path / "out2.docx")]) == cli.REFUSED
    assert "写得不对" in capsys.readouterr().err
    assert not (tmp_path / "out2.docx").exists()
