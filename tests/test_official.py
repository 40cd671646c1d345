"""Official documents: measures of GB/T 9704-2012 as LibreOffice prints them, order, fonts, styles."""

from __future__ import annotations

import io
import itertools
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import pdfplumber
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from desktop import cli
from desktop.documents.house_styles import STANDARD, styles
from desktop.documents.official import Letter, Part, write
from desktop.documents.titles import broken
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


def test_the_command_writes_a_request(qapp: QApplication, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
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


HEAD = 'title = "关于注销账号的请示"\naddressee = "某团委"\nopening = "拟予注销。"\nissuer = "某支部"\n'


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (HEAD + 'on = "2026-11-20"', "不加引号"),
        (HEAD + "on = 2026-11-20\ncontact = 5", "contact"),
        (HEAD + 'on = 2026-11-20\n[[section]]\nheading = "清单"\nheader = ["甲", "乙"]\nrows = [["一"]]', "列数不同"),
        (HEAD + 'on = 2026-11-20\n[[section]]\nheading = "清单"\nparagraphs = [5]', "不是引号里的文字"),
    ],
)
def test_what_is_written_wrong_is_refused_in_words(
    wrong: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "错.toml").write_text(wrong, "utf-8")
    assert cli.run(["official", str(tmp_path / "错.toml"), "-o", str(tmp_path / "out.docx")]) == cli.REFUSED
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out.docx").exists()


def test_the_command_needs_no_display(tmp_path: Path) -> None:
    (tmp_path / "请示.toml").write_text(HEAD + "on = 2026-11-20", "utf-8")
    quiet = {name: value for name, value in os.environ.items()
             if name not in {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}}  # fmt: skip
    command = [sys.executable, "-m", "desktop", "official", "请示.toml", "-o", "out.docx"]
    quiet["PYTHONPATH"] = str(Path(cli.__file__).parents[1])
    done = subprocess.run(command, cwd=tmp_path, env=quiet, capture_output=True, text=True, check=False)
    assert done.returncode == cli.DONE, done.stderr
    assert done.stdout.strip() == "out.docx", "only the file on the first channel, notices on the second"


def test_more_than_ten_parts_are_numbered_on(standard) -> None:
    letter = replace(LETTER, sections=tuple(Part(f"第{n}部分") for n in range(1, 22)))
    texts = [p.text for p in docx.Document(io.BytesIO(write(letter, standard).content)).paragraphs]
    assert {"十、第10部分", "十一、第11部分", "二十、第20部分", "二十一、第21部分"} <= set(texts)


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("共青团林川县委员会关于注销快手账号的请示", ["共青团林川县委员会关于注销快手账号的请示"]),
        ("关于自查整改后仍存在严重问题的政务新媒体排查整改情况的报告",
         ["关于自查整改后仍存在严重问题的", "政务新媒体排查整改情况的报告"]),
        ("共青团林川县委员会关于申请开设林川青年志愿服务视频号和关停部分长期不更新账号的请示",
         ["共青团林川县委员会关于申请", "开设林川青年志愿服务视频号", "和关停部分长期不更新账号的请示"]),
        ("共青团林川县委员会\n关于注销快手账号的请示", ["共青团林川县委员会", "关于注销快手账号的请示"]),
    ],
)  # fmt: skip
def test_a_long_title_is_broken_between_words_into_a_trapezium(title: str, lines: list[str]) -> None:
    assert broken(title, 20).split("\n") == lines


@given(st.text("关于的共青团委员会年2026《》（），自查", min_size=1, max_size=60))
def test_breaking_a_title_loses_nothing(title: str) -> None:
    lines = broken(title, 20).split("\n")
    assert "".join(lines) == title
    assert all(len(line) > 1 for line in lines) or len(lines) == 1
    assert not any(line[0] in "》），的" for line in lines[1:])


def test_lines_of_a_title_follow_each_other_on_the_grid(soffice: Callable[..., Path], tmp_path: Path) -> None:
    file = tmp_path / "长标题.docx"
    title = "关于自查整改后仍存在严重问题的政务新媒体排查整改情况的报告"
    file.write_bytes(write(replace(LETTER, title=title), styles()[0]).content)
    with pdfplumber.open(soffice(file)) as pdf:
        rows = sorted({round(char["bottom"], 1) for char in pdf.pages[0].chars if char["size"] > 20})
    assert len(rows) == 2
    assert rows[1] - rows[0] == pytest.approx(225 / 22 / POINT, abs=0.6)


@pytest.mark.parametrize("length", range(2, 22, 3))
def test_name_and_date_never_stand_on_a_page_without_text(
    length: int, soffice: Callable[..., Path], tmp_path: Path
) -> None:
    file = tmp_path / "报告.docx"
    text = "\n".join(["逐个账号核对登记备案。"] * length)
    file.write_bytes(write(Letter("关于自查的报告", "", text, "某县委员会", date(2026, 11, 20)), styles()[0]).content)
    with pdfplumber.open(soffice(file)) as pdf:
        last = pdf.pages[-1].extract_text()
    assert "某县委员会" in last and "日" in last
    assert "备案" in last
