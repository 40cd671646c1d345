"""Filing, inspecting and rectifying by the command line, on the sample office: the same functions as the window's."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import docx
import pytest

from desktop import accounts, adoption, duty, inspections, lifecycle, proofs, sample
from desktop.cli import run
from desktop.store import Store
from tests import notice_lists


@pytest.fixture
def office(own_home: Path) -> Path:
    with Store.open(own_home, actor="赵示例") as store:
        sample.build(store, date.today())
    return own_home


def number_in(text: str) -> str:
    found = re.search(r"编号 (\d+)", text)
    assert found is not None, text
    return found[1]


def test_a_form_goes_from_the_register_to_a_file(
    office: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["filing", "new", "tongjibiao"]) == 0
    number = number_in(capsys.readouterr().out)
    assert run(["filing", "set", number, "phone", "0479-59838"]) == 1, "the check stops it"
    assert "必须改正 phone" in capsys.readouterr().err
    assert run(["filing", "final", number]) == 2
    assert run(["filing", "set", number, "phone", "0479-5980003"]) == 0
    assert run(["filing", "set", number, "nonsense", "x"]) == 2
    capsys.readouterr()
    assert run(["filing", "refresh", number]) == 0
    assert run(["filing", "show", number]) == 0
    assert "phone\t联系电话\t0479-5980003" in capsys.readouterr().out
    assert run(["filing", "final", number]) == 0
    assert "第 1 稿，数据版本 " in capsys.readouterr().out
    assert run(["filing", "export", number, "-o", str(tmp_path / "out")]) == 0
    assert {file.suffix for file in (tmp_path / "out").iterdir()} == {".docx", ".xlsx"}
    assert run(["filing", "reopen", number, "--why", "退回"]) == 0
    run(["filing", "list"])
    assert "团属政务新媒体情况统计表" in capsys.readouterr().out
    assert run(["filing", "show", "9999"]) == 2


def test_a_form_about_an_account_asks_for_it(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["filing", "new", "beianbiao"]) == 2
    assert "--account" in capsys.readouterr().err
    assert run(["filing", "new", "beianbiao", "--account", "没有这个号"]) == 2
    assert "台账里没有账号" in capsys.readouterr().err
    assert run(["filing", "new", "beianbiao", "--account", "微博“共青团林川县委”"]) in (0, 2)


@pytest.mark.usefixtures("qapp")
def test_an_inspection_is_held_and_reported(office: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", "show"]) == 2
    capsys.readouterr()
    assert run(["inspect", "begin"]) == 0
    assert run(["inspect", "begin"]) == 2, "one of this year is open"
    capsys.readouterr()
    assert run(["inspect", "show"]) == 1
    shown = capsys.readouterr().out
    question, finding = re.findall(r"^问 (\d+)", shown, re.M)[0], re.findall(r"^题 (\d+)", shown, re.M)[0]
    assert run(["inspect", "answer", question, "是", "--note", "有制度"]) == 0
    assert run(["inspect", "judge", finding, "列入整改"]) == 0
    run(["inspect", "show"])
    assert "已回答 1 / " in capsys.readouterr().out
    assert run(["inspect", "close"]) == 2
    proof = tmp_path / "制度.pdf"
    proof.write_bytes(b"%PDF-1.4 invented")
    assert run(["inspect", "proof", question, str(proof)]) == 0
    assert run(["inspect", "proof", question, str(tmp_path / "没有.pdf")]) == 2
    capsys.readouterr()
    assert run(["inspect", "sheets"]) == 0
    assert "已起草 13 张，填报编号" in capsys.readouterr().out
    assert run(["inspect", "sheets"]) == 0
    assert "都已开过" in capsys.readouterr().out
    assert run(["rectify", "take", "--due", "2026-12-31"]) == 0
    assert "共 1 条" in capsys.readouterr().out
    assert run(["rectify", "take"]) == 2, "nothing new"
    assert run(["rectify", "add", "青春林川", "娱乐化", "--person", "赵示例"]) == 0
    capsys.readouterr()
    run(["rectify", "list"])
    listed = capsys.readouterr().out
    assert "快手“青春林川”\t娱乐化" in listed and "2026-12-31" in listed
    for name in ("报告.docx", "报告.txt"):
        assert run(["inspect", "report", "-o", str(tmp_path / name)]) in (0, 1)
    text = "\n".join(one.text for one in docx.Document(str(tmp_path / "报告.docx")).paragraphs)
    assert "一、基本情况" in text and "一、基本情况" in (tmp_path / "报告.txt").read_text("utf-8-sig")
    assert run(["inspect", "answer", "99999", "是"]) == 2


@pytest.mark.usefixtures("qapp")
def test_a_circular_is_mended_reported_and_closed(
    office: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = notice_lists.as_docx(tmp_path / "通报.docx")
    assert run(["rectify", "circular", str(file), "--all"]) == 0
    out = capsys.readouterr().out
    assert "已登记 13 条" in out
    batch = out.rsplit("批次 ", 1)[1].rstrip("。\n")
    assert run(["rectify", "list"]) == 1
    number = re.findall(r"^\t(\d+)\t", capsys.readouterr().out, re.M)[0]
    assert run(["rectify", "tick", number, "closed"]) == 2, "first mended, then reported"
    assert run(["rectify", "proof", number, str(file)]) == 0
    assert "已存入 通报" in capsys.readouterr().out
    assert run(["rectify", "proof", "9999", str(file)]) == 2
    with Store.open(office) as store, store.read() as session:
        assert len(proofs.of(session, proofs.RECTIFICATION, int(number))) == 1
    assert run(["rectify", "tick", number, "fixed", "--result", "已恢复更新"]) == 0
    assert run(["rectify", "tick", number, "reported"]) == 0
    assert run(["rectify", "tick", number, "closed"]) == 0
    assert "已销号" in capsys.readouterr().out
    assert run(["rectify", "report", batch, "-o", str(tmp_path / "整改报告.docx")]) in (0, 1)
    assert (tmp_path / "整改报告.docx").stat().st_size > 10_000
    assert run(["rectify", "tick", "9999", "fixed"]) == 2


def test_the_report_of_a_circular_is_entered_as_sent(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def waiting(number: str) -> bool:
        capsys.readouterr()
        run(["due", "--json"])
        return f'"report {number}"' in capsys.readouterr().out

    run(["rectify", "list"])
    number = re.findall(r"^批次 (\d+)\t.* 前报告", capsys.readouterr().out, re.M)[0]
    assert waiting(number)
    assert run(["rectify", "sent", number]) == 0
    assert "1 条记为已报送" in capsys.readouterr().out
    assert not waiting(number)
    assert run(["rectify", "sent", number, "--undo"]) == 0
    assert waiting(number)
    assert run(["rectify", "sent", "9999"]) == 2


def test_an_account_is_changed_and_closed(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Store.open(office, actor="赵示例") as store, store.read() as session:
        live = next(one for one in accounts.in_use(session) if one.state == accounts.NORMAL)
    name = live.title
    assert run(["life", "begin", "搬家", name]) == 2
    assert run(["life", "begin", "注销", "没有这个号"]) == 2
    capsys.readouterr()
    assert run(["life", "begin", "注销", name]) == 0
    number = number_in(capsys.readouterr().out)
    assert run(["life", "mark", number, "书记会研究同意"]) == 0
    assert "没有要求“书记会研究同意”" in capsys.readouterr().out
    assert run(["life", "mark", number, "书记会研究同意", "--undo"]) == 0
    assert run(["life", "mark", number, "书记会研究同意", "--undo"]) == 2
    assert run(["life", "announce", number]) == 0
    assert live.name in capsys.readouterr().out
    assert run(["life", "submit", number, "--followers", "100"]) == 0
    run(["life", "list"])
    assert f"{number}\t注销\t" in capsys.readouterr().out
    with Store.open(office, actor="赵示例") as store, store.read() as session:
        assert session.get_one(accounts.Account, live.id).state == accounts.FROZEN
    assert run(["life", "end", "9999"]) == 2
    assert run(["life", "begin", "变更", name, "--what", "头像"]) == 2
    assert "后台管理人员" in capsys.readouterr().err
    assert run(["life", "begin", "注销", name, "--on", "2026-01-05", "--ordered", "--reason", "表述错误"]) == 0
    with Store.open(office, actor="赵示例") as store, store.read() as session:
        made = lifecycle.of_account(session, live.id)[0]
        assert (made.happened_on, lifecycle.reason_of(made)) == (date(2026, 1, 5), "责令注销：表述错误")


def test_duties_are_entered_and_closed(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["duty", "add", "野餐", "x"]) == 2
    assert "可选：" in capsys.readouterr().err
    assert run(["duty", "add", duty.RED, "示例舆情", "--at", "2026-11-20T14:30"]) == 0
    number = number_in(capsys.readouterr().out)
    assert run(["duty", "list"]) == 1
    assert f"{number}\t{duty.RED}\t2026-11-20 14:30\t待办\t示例舆情" in capsys.readouterr().out
    assert run(["duty", "sheet", number]) == 0
    assert re.search(r"填报编号 \d+", capsys.readouterr().out)
    assert run(["duty", "slip", "共青团林川县委"]) == 0
    filing = re.findall(r"填报编号 (\d+)", capsys.readouterr().out)[0]
    assert run(["filing", "set", filing, "headline", "学雷锋活动预告"]) == 0
    assert run(["duty", "slip", "没有这个号"]) == run(["duty", "sheet", "9999"]) == 2
    capsys.readouterr()
    assert run(["duty", "done", number]) == run(["duty", "close", number]) == 0
    run(["duty", "list"])
    assert f"{number}\t{duty.RED}\t2026-11-20 14:30\t已办结" in capsys.readouterr().out


def test_a_pack_that_is_gone_can_be_dropped(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Store.open(office, actor="赵示例") as store, store.write("选用") as session:
        adoption.choose(session, "gone-pack", True)
    assert run(["check"]) == 2
    assert "自查与整改→适用规定" in capsys.readouterr().err
    assert run(["packs"]) == 1
    assert "找不到  gone-pack" in capsys.readouterr().out
    assert run(["packs", "--drop", "never-chosen"]) == 2
    assert run(["packs", "--drop", "gone-pack"]) == 0
    assert run(["check"]) in (0, 1)


def test_a_question_is_answered_alike_and_the_report_gets_its_words(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["inspect", "begin", "--yearly"])
    with Store.open(office) as store, store.read() as session:
        every = inspections.answers(session, inspections.in_use(session)[0].id)
    one = next(each for each in every if sum(other.question_id == each.question_id for other in every) > 1)
    same = [each.id for each in every if each.question_id == one.question_id]
    assert run(["inspect", "answer", str(same[-1]), "否"]) == 0
    capsys.readouterr()
    assert run(["inspect", "answer", str(one.id), "是", "--alike"]) == 0
    assert capsys.readouterr().out == f"另有 {len(same) - 2} 个账号同样回答。\n"
    assert run(["inspect", "words", "--influence", "转载 3 次", "--advice", "多培训"]) == 0
    assert run(["inspect", "words", "--advice", ""]) == 0
    with Store.open(office) as store, store.read() as session:
        kept = inspections.in_use(session)[0]
        given = {each.id: each.answer for each in inspections.answers(session, kept.id)}
    assert (kept.influence, kept.advice) == ("转载 3 次", "")
    assert [given[number] for number in same] == ["是"] * (len(same) - 1) + ["否"]
    assert {given[each.id] for each in every if each.id not in same} == {""}


def test_a_pack_is_taken_as_binding_or_borrowed(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["packs"])
    name = next(line.split()[1] for line in capsys.readouterr().out.splitlines() if line.startswith("依据"))
    for mark in ("参照", "依据"):
        assert run(["packs", "--use", name, "--standing", mark]) == 0
        found = [line for line in capsys.readouterr().out.splitlines() if f"  {name} " in line]
        assert [line.split()[0] for line in found] == [mark]
