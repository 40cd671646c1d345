"""`tuanmei forms` and `tuanmei fill`."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from desktop.cli import run

SAMPLE = Path(__file__).resolve().parent.parent / "forms" / "tongjibiao" / "sample.toml"


def test_forms_lists_every_form_and_marks_our_own_layout(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["forms"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "统计与台账"
    assert any(line.startswith("  tongjibiao") and "Word、Excel" in line and "自拟" not in line for line in lines)
    assert any(line.startswith("  beianbiao") and line.endswith("本表为自拟样式") for line in lines)


def test_forms_names_the_fields_of_one_form(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["forms", "tongjibiao", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"key": "other.1.running", "label": "其他新媒体平台·运行情况(发布文章总数、粉丝数、阅读量等)",
            "kind": "figures", "required": False, "source": "row.running"} in found["fields"]  # fmt: skip
    assert run(["forms", "nothing"]) == 2
    assert "没有名为“nothing”的表单" in capsys.readouterr().err


def test_a_form_is_packed_and_added(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive = tmp_path / "备案表.zip"
    assert run(["forms", "beianbiao", "--pack", str(archive)]) == 0
    assert run(["forms", "--add", str(archive)]) == 0
    assert "已收下表单：beianbiao" in capsys.readouterr().out
    assert run(["forms", "--add", str(archive)]) == 2
    assert run(["forms", "--add", str(archive), "--replace"]) == 0


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_fill_writes_the_form(tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "out" / f"统计表.{kind}"
    assert run(["fill", "tongjibiao", str(SAMPLE), "-o", str(target)]) == 0
    assert f"已写出：{target}" in capsys.readouterr().out
    assert target.stat().st_size > 4000


def test_fill_reads_json_and_refuses_what_must_be_mended(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    values = tmp_path / "数值.json"
    values.write_text(json.dumps({"unit": "共青团林川县委员会", "cutoff": "2025-11-25"}, ensure_ascii=False), "utf-8")
    target = tmp_path / "草稿.xlsx"
    assert run(["fill", "tongjibiao", str(values), "-o", str(target)]) == 2
    said = capsys.readouterr().err
    assert "必须改正：分管领导：必填项还没有填写。（通知三、相关要求 2）" in said
    assert "没有写出文件" in said and not target.exists()
    assert run(["fill", "tongjibiao", str(values), "-o", str(target), "--draft"]) == 1
    assert openpyxl.load_workbook(target).active["A3"].value == "填表单位（盖章）：共青团林川县委员会"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("v.toml", b"unit = ", "读不懂"),
        ("v.json", b"[1, 2]", "应是“字段 = 值”"),
        ("v.json", b"[" * 3000, "读不懂"),
        ("v.toml", "unit = '团'".encode("gb18030"), "不是 UTF-8"),
        ("v.toml", b"a = 1\n" * 1_000_000, "超过 5 MB"),
        ("v.toml", b"nonsense = 1", "没有“nonsense”这一项"),
    ],
)
def test_bad_files_of_values_have_their_sentence(
    tmp_path: Path, name: str, content: bytes, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(content)
    assert run(["fill", "tongjibiao", str(tmp_path / name), "-o", str(tmp_path / "x.docx")]) == 2
    assert says in capsys.readouterr().err
    assert not (tmp_path / "x.docx").exists()


def test_a_format_the_form_does_not_have_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fill", "beianbiao", str(SAMPLE), "-o", str(tmp_path / "x.xlsx")]) == 2
    assert "请用：.docx" in capsys.readouterr().err
    assert run(["fill", "tongjibiao", str(tmp_path / "nothing.toml"), "-o", str(tmp_path / "x.docx")]) == 2
    assert "读不出来" in capsys.readouterr().err
