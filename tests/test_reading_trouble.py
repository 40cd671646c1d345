"""Reading back what clerks do to a sheet: rows put in by hand, labels changed, cells merged, other programs, damage."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop import filling, forms, reading
from desktop.bench import reading as bench
from desktop.documents.converting import as_modern
from desktop.documents.package import open_package
from desktop.documents.tagged import ExcelTags
from desktop.errors import BadFile, Refused
from desktop.forms.loading import sample
from tests.pace import over
from tests.test_reading import flat, members, packed, plain, stripped, told, typed


@cache
def made(form_id: str, kind: Any, *, bare: bool = False) -> tuple[forms.Form, bytes]:
    form = forms.find(form_id)
    content = filling.fill(form, sample(form), kind)
    return form, stripped(content, kind) if bare else content


def with_document(content: bytes, change: Callable[[str], str]) -> bytes:
    parts = members(content)
    before = parts["word/document.xml"].decode()
    after = change(before)
    assert after != before
    parts["word/document.xml"] = after.encode()
    return packed(parts)


def table_rows(text: str) -> list[str]:
    return re.findall(r"<w:tr[ >].*?</w:tr>", text, flags=re.DOTALL)


def wrong(found: reading.Reading, form: forms.Form) -> set[str]:
    """Places whose value differs from what was filled and that carry no remark."""
    wanted, got = flat(plain(typed(form))), flat(told(found))
    doubtful = {one.tag for one in found.remarks}
    return {tag for tag in wanted | got if got.get(tag, "") != wanted.get(tag, "")} - doubtful


@pytest.mark.parametrize("bare", [False, True])
def test_a_row_put_in_by_hand_moves_nothing(bare: bool) -> None:
    form, content = made("beianbiao", "docx", bare=bare)

    def insert(text: str) -> str:
        row = next(one for one in table_rows(text) if "维护方式" in one)
        new = re.sub(r"<w:sdtPr>.*?</w:sdtPr>", "<w:sdtPr/>", row, flags=re.DOTALL)
        new = re.sub(r"<w:t(?: [^>]*)?>.*?</w:t>", "<w:t>补充说明</w:t>", new, flags=re.DOTALL)
        return text.replace(row, new + row)

    found = reading.read(form, with_document(content, insert), "docx")
    assert wrong(found, form) == set()
    assert found.text("upkeep") == typed(form)["upkeep"]


def test_a_changed_label_is_never_read_silently() -> None:
    form, content = made("beianbiao", "docx", bare=True)
    found = reading.read(form, with_document(content, lambda text: text.replace("维护方式", "怎么运作")), "docx")
    assert wrong(found, form) == set()
    assert any(one.tag == "upkeep" for one in found.remarks)


def test_with_its_tags_a_changed_label_does_not_matter() -> None:
    form, content = made("beianbiao", "docx")
    found = reading.read(form, with_document(content, lambda text: text.replace("维护方式", "怎么运作")), "docx")
    assert told(found) == plain(typed(form))


def test_merged_cells_are_said_or_read_right() -> None:
    form, content = made("beianbiao", "docx", bare=True)

    def merge(text: str) -> str:
        row = next(one for one in table_rows(text) if "维护方式" in one)
        cells = re.findall(r"<w:tc>.*?</w:tc>", row, flags=re.DOTALL)
        inner = re.search(r"<w:p[ >].*</w:p>", cells[2], flags=re.DOTALL)
        assert inner is not None
        return text.replace(row, row.replace(cells[2], "").replace("</w:p></w:tc>", f"</w:p>{inner[0]}</w:tc>", 1))

    assert wrong(reading.read(form, with_document(content, merge), "docx"), form) == set()


@pytest.mark.parametrize("bare", [False, True])
def test_a_row_put_into_a_sheet_by_hand(bare: bool) -> None:
    form, content = made("tongjibiao", "xlsx", bare=bare)
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.active
    last = max(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value)
    sheet.cell(last + 2, 1).value = "另附一行说明"
    out = io.BytesIO()
    book.save(out)
    assert wrong(reading.read(form, out.getvalue(), "xlsx"), form) == set()


def test_numbers_typed_as_numbers_and_dates_typed_as_dates() -> None:
    import datetime

    form, content = made("tongjibiao", "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content))
    where = {name: target.attr_text.split("!")[1].replace("$", "") for name, target in book.defined_names.items()}
    book.active[where["weibo_accounts"]].value = 13800000001
    book.active[where["wechat_accounts"]].value = datetime.date(2026, 11, 20)
    out = io.BytesIO()
    book.save(out)
    found = reading.read(form, out.getvalue(), "xlsx")
    assert found.text("weibo_accounts") == "13800000001"
    assert found.text("wechat_accounts") == "2026-11-20"
    assert found.text("leader") == typed(form)["leader"]


def test_a_long_text_on_the_attached_sheet_comes_back_whole() -> None:
    form = next(one for one in map(forms.find, ("beianbiao", "jiaojiedan", "guantingzhuxiao", "liuyanbanli"))
                if any(field.overflow == "continue" for field in one.fields))  # fmt: skip
    field = next(field for field in form.fields if field.overflow == "continue" and field.kind in ("long", "text"))
    text = "\n".join(f"第 {number} 条：每周更新两次，稿件经指导教师审核后发布。" for number in range(1, 60))
    for kind in form.kinds:
        found = reading.read(form, filling.fill(form, {**sample(form), field.key: text}, kind), kind)
        assert found.text(field.key) == text


def test_an_old_excel_file_is_read_as_it_is(tmp_path: Path, soffice: Callable[..., Path]) -> None:
    form, content = made("tongjibiao", "xlsx")
    file = tmp_path / "统计表.xlsx"
    file.write_bytes(content)
    old, kind, notice = as_modern(soffice(file, "xls"))
    found = reading.read(form, old, kind)
    assert notice == ""
    assert wrong(found, form) == set()
    assert sum(bool(text) for text in flat(told(found)).values()) >= 0.98 * len(flat(plain(typed(form))))


def test_one_reader_reads_many_files_like_one_each() -> None:
    form = forms.find("tongjibiao")
    for kind in form.kinds:
        reader = reading.Reader(form, kind)
        for number in range(1, 5):
            values = {**typed(form), "leader": f"王某{number}", "other": typed(form)["other"][: number % 3]}
            content = filling.fill(form, values, kind)
            assert reader.read(content).values == reading.read(form, content, kind).values
            assert reader.read(content).text("leader") == f"王某{number}"


def test_tables_in_tables_and_other_strange_forms_never_crash(shared: Path) -> None:
    form = forms.find("beianbiao")
    tried = 0
    for file in sorted((shared / "corpus").rglob("*"))[:400]:
        if file.suffix.lower() not in (".docx", ".xlsx", ".xls"):
            continue
        kind: Any = "docx" if file.suffix.lower() == ".docx" else "xlsx"
        if kind not in form.kinds:
            continue
        tried += 1
        try:
            found = reading.read(form, file.read_bytes(), kind)
        except Refused:
            continue
        assert all(one.remark for one in found.fields.values() if one.way == reading.UNREAD)
        if tried == 25:
            break
    assert tried


FILES = [("beianbiao", "docx"), ("tongjibiao", "docx"), ("tongjibiao", "xlsx"), ("zhanghaotaizhang", "xlsx")]


@settings(max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(FILES), st.integers(0, 2**32), st.integers(1, 6), st.booleans())
def test_random_damage_raises_nothing_but_a_refusal(file: tuple[str, Any], seed: int, times: int, inside: bool) -> None:
    form, content = made(*file)
    chance = random.Random(seed)
    if inside:
        parts = members(content)
        for _ in range(times):
            name = chance.choice(sorted(parts))
            parts[name] = hurt(parts[name], chance)
        content = packed(parts)
    else:
        for _ in range(times):
            content = hurt(content, chance)
    try:
        found = READERS.setdefault(file, reading.Reader(form, file[1])).read(content)
    except Refused:
        return
    assert set(found.values) == set(form.by_key)


READERS: dict[tuple[str, Any], reading.Reader] = {}


def hurt(content: bytes, chance: random.Random) -> bytes:
    """Some bytes changed, cut out, doubled; or one element taken out or put in twice."""
    if not content:
        return content
    start = chance.randrange(len(content))
    end = min(len(content), start + chance.randrange(1, 400))
    ways = [content[:start] + bytes([chance.randrange(256)]) + content[start + 1 :], content[:start] + content[end:],
            content[:end] + content[start:]]  # fmt: skip
    elements = list(re.finditer(rb"<([\w:]+)[^>]*?>[^<]*</\1>|<[\w:]+[^>]*/>", content))
    if elements:
        one = chance.choice(elements)
        ways += [content[: one.start()] + content[one.end() :], content[: one.end()] + content[one.start() :]] * 2
    return chance.choice(ways)


def test_reading_by_one_reader_stays_near_unpacking_and_parsing() -> None:
    assert over(bench.ratios) == {}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("王某甲", "&lt;王&amp;甲&gt; &#65; &#x4E2D;"),
        ("王某甲", "a > b"),
        ("王某甲", "a < b"),
        ("王某甲", "第一行\n第二行"),
        ("王某甲", "_x0041_"),
        ("王某甲", "&#13;"),
        ("王某甲", "<!-- -->王某甲"),
        ("王某甲", "<![CDATA[<王>]]>"),
        ("王某甲", "</t><t>乙"),
        ("<sheetData>", "<!-- <sheetData> --><sheetData>"),
        ("<sheetData>", "<sheetData >"),
        ("</sheetData>", "\n</sheetData >"),
        ("<row ", "\n  <row "),
        (' t="inlineStr"', " t='inlineStr'"),
        ("<is><t xml", "<is><r><rPr><b/><sz val='9'/></rPr><t>前</t></r><r><t xml"),
        ('t="inlineStr"><is><t xml:space="preserve">王某甲</t></is>', 't="s"><v>0</v>'),
        ('t="inlineStr"><is><t xml:space="preserve">王某甲</t></is>', "><v>17</v>"),
        ('t="inlineStr"><is><t xml:space="preserve">王某甲</t></is>', 't="n"><v>1e400</v>'),
        ('t="inlineStr"><is><t xml:space="preserve">王某甲</t></is>', 't="b"><v>1</v>'),
        ('t="inlineStr"><is><t xml:space="preserve">王某甲</t></is>', 't="str"><f>A1</f><v>甲</v>'),
        ('t="inlineStr"><is><t xml:space="preserve">王某甲</t></is>', "><v></v>"),
        ("encoding='UTF-8'", "encoding='GB18030'"),
        ("王某甲", "\x01"),
    ],
)
def test_sheets_read_without_their_tree_say_what_the_tree_says(before: str, after: str) -> None:
    """Every oddity either reads the same both ways or is left to the tree, also when the reader has read others."""
    form = forms.find("tongjibiao")
    parts = members(filling.fill(form, {**sample(form), "suggestions": "王某甲"}, "xlsx"))
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    assert before in sheet
    if after.startswith("<is><r>"):
        sheet = sheet.replace("王某甲</t></is>", "王某甲</t></r></is>")
    parts["xl/sharedStrings.xml"] = b""
    changed = packed(parts | {"xl/worksheets/sheet1.xml": sheet.replace(before, after).encode()})
    reader = ExcelTags()
    reader.read(packed(parts), "一份.xlsx")
    package = open_package(changed, "另一份.xlsx")
    ((_, names),) = reader._names.items()
    assert names is not None
    assert reader._plain_cells(open_package(packed(parts), "一份.xlsx"), "xl/worksheets/sheet1.xml", names)
    plain_cells = reader._plain_cells(package, "xl/worksheets/sheet1.xml", names)
    try:
        tree = reader._tree_cells(package, "xl/worksheets/sheet1.xml", names)
    except BadFile:
        tree = None
    if plain_cells is not None:
        assert tree is not None
        assert {place: text for place, text in plain_cells.items() if text} == {k: v for k, v in tree.items() if v}
