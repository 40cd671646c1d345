"""Loading forms strictly: every contradiction has its own sentence."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from desktop.documents.excel import ExcelTemplate
from desktop.documents.package import open_package
from desktop.documents.places import Entry
from desktop.documents.word import WordTemplate
from desktop.errors import BadFile, BadForm
from desktop.forms import catalogue, default_folders, find, load, pack, read, receive
from desktop.forms.definition import PURPOSES
from desktop.paths import home

FORMS = Path(__file__).resolve().parent.parent / "forms"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the 备案表 to spoil."""
    return shutil.copytree(FORMS / "beianbiao", tmp_path / "beianbiao")


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def rewritten(file: Path, change_xml: Callable[[str], str], member: str = "word/document.xml") -> None:
    with zipfile.ZipFile(file) as source:
        members = {name: source.read(name) for name in source.namelist()}
    members[member] = change_xml(members[member].decode()).encode()
    with zipfile.ZipFile(file, "w") as target:
        for name, content in members.items():
            target.writestr(name, content)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('title = "团学', 'colour = "red"\ntitle = "团学', "不认识的项：colour"),
        ('issuer = "校团委组织宣传部"\n', "", "缺少项：issuer"),
        ('purpose = "备案"', 'purpose = "玩"', "purpose = “玩”不可用"),
        ("own_layout = true", 'own_layout = "yes"', "“own_layout”应为true 或 false"),
        ("copies = 2", "copies = true", "“copies”应为整数"),
        ("valid_from = 2018-01-01", 'valid_from = "2018"', "“valid_from”应为日期"),
        ('id = "beianbiao"', 'id = "other"', "与文件夹名"),
        ('subject = "account"', 'subject = "animal"', "subject"),
        ('kind = "unit"', 'kind = "building"', "kind = “building”"),
        ('overflow = "shrink"', 'overflow = "cut"', "overflow = “cut”"),
        ("longest = 16\n", "", "要写明 longest"),
        ('source = "account.filing_no"', 'source = "account.password"', "“account.password”不是可用的写法"),
        ('source = "account.filing_no"', 'source = "account.filing_no(1)"', "参数应有 0～0 个"),
        ('checks = ["most_lines(2)"]', 'checks = ["most_lines"]', "参数应有 1～1 个"),
        ('checks = ["most_lines(2)"]', 'checks = ["same_lines(nobody)"]', "引用了不存在的字段 nobody"),
        ('after = "opened_on"', 'after = "closed_on"', "期限引用了不存在的字段"),
        ('kind = "workdays"', 'kind = "moon"', "deadline.kind"),
        ('step = "purpose"', 'step = "nowhere"', "步骤“nowhere”没有定义"),
        ('[[step]]\nid = "purpose"', '[[step]]\nid = "x"\ntitle = "空"\n[[step]]\nid = "purpose"', "没有字段"),
        ('place = "host_opinion"', 'place = "nobody"', "不是字段"),
        ("{organisation}_{platform}", "{organisation}_{secret}", "文件名中的 {secret}"),
        ('key = "purpose"', 'key = "Purpose"', "字段名“Purpose”不可用"),
        ('key = "purpose"', 'key = "no1"', "字段名“no1”不可用"),
        ('key = "purpose"', 'key = "annex"', "字段名“annex”不可用"),
        ('key = "purpose"', 'key = "link"', "字段重复：link"),
        ('label = "账号定位及主要发布内容"', 'label = "登录密码"', "不得要求填写密码"),
        ('label = "指导教师联系电话"', 'label = "填报人联系电话"', "名称重复"),
        ('kind = "yesno"', 'kind = "yesno"\noptions = ["是"]', "choice 必须有 options"),
        ('kind = "yesno"', 'kind = "yesno"\nprint = "stars"', "print = “stars”不适用"),
        ('title = "团学', 'title = ["团学', "读不懂"),
        ("[[signer]]", "[[field]]\nkey = 5\n[[signer]]", "缺少项：kind、label、step"),
    ],
)  # fmt: skip
def test_each_contradiction_in_form_toml_has_its_sentence(folder: Path, old: str, new: str, says: str) -> None:
    change(folder / "form.toml", old, new)
    with pytest.raises(BadForm) as refusal:
        read(folder)
    assert says in str(refusal.value)
    assert "beianbiao/form.toml" in str(refusal.value)


def test_fields_written_inline_are_refused_rather_than_lost(folder: Path) -> None:
    text = (folder / "form.toml").read_text("utf-8")
    head = text.split("[[field]]")[0]
    (folder / "form.toml").write_text('field = [{key = "x", label = "x", step = "x", kind = "text"}]\n' + head, "utf-8")
    with pytest.raises(BadForm, match="小节"):
        read(folder)


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("form.toml", None, r"没有 form\.toml"),
        ("form.toml", "title = '团".encode("gb18030"), "不是 UTF-8"),
        ("sample.toml", None, r"没有 sample\.toml"),
        ("sample.toml", b"a = [", "读不懂"),
        ("template.docx", None, r"没有 template\.docx 或 template\.xlsx"),
        ("template.docx", b"\xd0\xcf\x11\xe0" + b"\0" * 99, "旧格式"),
        ("template.docx", b"PK\3\4 truncated", "后半部分缺失"),
        ("template.docx", (FORMS / "tongjibiao" / "template.xlsx").read_bytes(), "不是 Word 文档"),
        ("template.xlsx", (FORMS / "tongjibiao" / "template.docx").read_bytes(), "不是 Excel 工作簿"),
        ("template.xlsx", (FORMS / "tongjibiao" / "template.xlsx").read_bytes(), "没有对应字段"),
    ],
)
def test_each_broken_file_has_its_sentence(folder: Path, file: str, content: bytes | None, says: str) -> None:
    if content is None:
        (folder / file).unlink()
    else:
        (folder / file).write_bytes(content)
    with pytest.raises(BadFile, match=says):
        load(folder)


def tag_renamed(xml: str) -> str:
    return xml.replace('w:tag w:val="owner"', 'w:tag w:val="proprietor"')


SHEET = "xl/worksheets/sheet1.xml"
CONTROL = re.compile(r'<w:sdt><w:sdtPr>(?:(?!</w:sdtPr>).)*?w:tag w:val="owner".*?</w:sdt>', re.DOTALL)


def nested(match: re.Match[str]) -> str:
    return match[0].replace("<w:sdtContent>", "<w:sdtContent>" + match[0].replace('"owner"', '"inner"'))


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (tag_renamed, "标记没有对应字段：proprietor"),
        (lambda xml: CONTROL.sub("", xml), "缺少字段的位置：owner"),
        (lambda xml: CONTROL.sub(lambda m: m[0] * 2, xml), "标记 owner 出现了两次"),
        (lambda xml: xml.replace('w:tag w:val="owner"', 'w:tag w:val="Owner!"'), "写法不对"),
        (lambda xml: CONTROL.sub(nested, xml), "套在另一个"),
        (lambda xml: xml.replace("<w:sectPr", "<w:p><w:ins/></w:p><w:sectPr"), "修订痕迹"),
        (lambda xml: xml.replace("<w:showingPlcHdr/>", "<w:dataBinding/>", 1), "绑定外部数据"),
        (lambda xml: xml.replace("</w:body>", "</w:bodi>"), "已损坏"),
        (lambda xml: '<!DOCTYPE x [<!ENTITY a "aa">]>' + xml.split("?>", 1)[1], "文档类型"),
    ],
)  # fmt: skip
def test_each_fault_of_a_template_has_its_sentence(folder: Path, spoil: Callable[[str], str], says: str) -> None:
    rewritten(folder / "template.docx", spoil)
    with pytest.raises(BadFile, match=says) as refusal:
        load(folder)
    assert "beianbiao/template.docx" in str(refusal.value)


@pytest.mark.parametrize(
    ("spoil", "member", "says"),
    [
        (lambda x: x.replace('name="problems"', 'name="boss"'), "xl/workbook.xml", "没有对应字段：boss"),
        (lambda x: x.replace(">统计表!$A$2<", ">统计表!$A$2:$B$3<", 1), "xl/workbook.xml", "指向多个单元格"),
        (lambda x: x.replace(">统计表!$A$2<", ">别处!$A$2<", 1), "xl/workbook.xml", "没有指向单元格"),
        (lambda x: x.replace('<c r="A1"', '<c r="A0"><f>1+1</f></c><c r="A1"'), SHEET, "有公式"),
        (lambda x: x.replace("{leader}", "{chief}"), SHEET, "与名称不一致"),
    ],
)
def test_each_fault_of_a_workbook_has_its_sentence(
    tmp_path: Path, spoil: Callable[[str], str], member: str, says: str
) -> None:
    folder = shutil.copytree(FORMS / "tongjibiao", tmp_path / "tongjibiao")
    rewritten(folder / "template.xlsx", spoil, member)
    with pytest.raises(BadForm, match=says):
        load(folder)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('owner = "林川学院"', 'landlord = "林川学院"', "没有“landlord”这一项"),
        ('owner = "林川学院"', "owner = [1]", "应为文字"),
        ('organisation = "林川学院青年志愿者协会"\n', "", "没有填写必填项"),
    ],
)
def test_a_sample_that_does_not_fit_is_refused(folder: Path, old: str, new: str, says: str) -> None:
    change(folder / "sample.toml", old, new)
    with pytest.raises(BadForm, match=says):
        load(folder)


def test_the_list_names_every_form_and_the_one_that_cannot_be_read(folder: Path) -> None:
    forms, refused = catalogue(*default_folders())
    assert forms[0].id == "tongjibiao", "the superior's own form comes before ours"
    purposes = [form.purpose for form in forms]
    assert purposes == sorted(purposes, key=PURPOSES.index)
    assert set(purposes) == set(PURPOSES[:-1]), "every form of the program says what it is for"
    assert {"tongjibiao", "beianbiao"} <= {form.id for form in forms}
    assert refused == []
    assert next(form for form in forms if form.id == "beianbiao").own_layout
    assert not next(form for form in forms if form.id == "tongjibiao").own_layout
    change(folder / "form.toml", "copies", "kopies")
    _, refused = catalogue(folder.parent)
    assert ["不认识的项：kopies" in str(refusal) for refusal in refused] == [True]


def test_a_form_travels_as_one_zip_and_the_clerks_own_goes_first(tmp_path: Path) -> None:
    form = find("beianbiao")
    archive = tmp_path / "备案表.zip"
    archive.write_bytes(pack(form))
    assert pack(form) == archive.read_bytes()
    received = receive(archive)
    assert received.folder == home() / "forms" / "beianbiao"
    change(received.folder / "form.toml", "own_layout = true", "own_layout = false")
    assert not find("beianbiao").own_layout
    with pytest.raises(BadForm, match="已有名为“beianbiao”的自有表单"):
        receive(archive)
    assert not find("beianbiao").own_layout, "a refused form leaves the one in place alone"
    assert receive(archive, replace=True).own_layout


def zipped(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        for name, content in members.items():
            file.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "是空的"),
        (b"Rar!\x1a\x07", "其实是 RAR"),
        (zipped({"readme.txt": b"x"}), "恰有一个"),
        (zipped({"a/form.toml": b"id = 1", "b/form.toml": b""}), "恰有一个"),
        (zipped({"form.toml": b"\xff\xfe"}), "读不懂"),
        (zipped({"form.toml": b'id = "../evil"'}), "没有可用的 id"),
        (zipped({"x/form.toml": b'id = "mine"\n'}), "缺少项"),
        (zipped({"../form.toml": b'id = "mine"\n'}), "指向外面"),
    ],
)
def test_a_zip_that_is_no_form_leaves_nothing_behind(tmp_path: Path, content: bytes, says: str) -> None:
    archive = tmp_path / "表单.zip"
    archive.write_bytes(content)
    with pytest.raises(BadFile, match=says):
        receive(archive)
    assert not (home() / "forms").exists() or not any((home() / "forms").iterdir())


def test_an_unknown_form_is_refused() -> None:
    for name in ("nothing", "../forms/beianbiao", ""):
        with pytest.raises(BadForm, match="没有名为"):
            find(name)


MEMBERS = ["word/document.xml", "word/styles.xml", "word/_rels/document.xml.rels"]
SHEET_MEMBERS = [SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"]


@settings(max_examples=400, deadline=None)
@given(
    member=st.sampled_from([*MEMBERS, *SHEET_MEMBERS]),
    at=st.floats(0, 1, exclude_max=True),
    length=st.integers(0, 12),
    new=st.text("<>/=\"'019azA.:$!{}团 ", max_size=6),
)
def test_any_damage_of_a_template_is_refused_or_harmless(member: str, at: float, length: int, new: str) -> None:
    """Whatever a stranger's template holds, nothing but our own refusal comes out."""
    form = find("tongjibiao")
    kind = "docx" if member in MEMBERS else "xlsx"
    package = open_package(form.folder / f"template.{kind}")
    text = package.read(member).decode()
    start = int(at * len(text))
    spoilt = package.written({member: (text[:start] + new + text[start + length :]).encode()})
    try:
        opened = open_package(spoilt, "表")
        made = WordTemplate(opened, form.growths) if kind == "docx" else ExcelTemplate(opened, form.growths)
        made.filled({tag: Entry("值") for tag in made.places}, {"other": 3})
    except BadFile:
        return


ATTRIBUTE = re.compile(r'"([^"<>]*)"')


@settings(max_examples=150, deadline=None)
@given(
    member=st.sampled_from([*MEMBERS[:2], *SHEET_MEMBERS[:3]]),
    at=st.floats(0, 1, exclude_max=True),
    new=st.sampled_from(["", "x", "-1", "99999999", "0", "$A$1", "1.5", "团", "{leader}", "A1:B9", "row 3", "NaN"]),
)
@example(member="word/document.xml", at=0.25, new="-1")  # the width of a cell that text is shrunk for
def test_any_false_attribute_of_a_template_is_refused_or_harmless(member: str, at: float, new: str) -> None:
    form = find("tongjibiao")
    kind = "docx" if member in MEMBERS else "xlsx"
    package = open_package(form.folder / f"template.{kind}")
    text = package.read(member).decode()
    found = list(ATTRIBUTE.finditer(text))
    match = found[int(at * len(found))]
    spoilt = package.written({member: (text[: match.start(1)] + new + text[match.end(1) :]).encode()})
    try:
        opened = open_package(spoilt, "表")
        made = WordTemplate(opened, form.growths) if kind == "docx" else ExcelTemplate(opened, form.growths)
        made.filled({tag: Entry("值" * 30, longest=9) for tag in made.places}, {"other": 3})
    except BadFile:
        return
