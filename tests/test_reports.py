"""Reports: the seven headings filled from what is known, gaps named, the 整改报告 with its table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from desktop import inspections, proofs, questions, rectification, reports, sample, watch
from desktop.inspections import EXPLAINED, MENDED, TO_MEND, Inspection
from desktop.store import Store

NOON = datetime(2026, 11, 20, 12, 0)
TODAY = NOON.date()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data", actor="赵示例", clock=lambda: NOON) as opened:
        sample.build(opened, TODAY)
        yield opened


@pytest.fixture
def run(store: Store) -> Inspection:
    look = watch.look(store)
    book = look.checker.context.book
    asked = [(one, None) for one in questions.asked(book, questions.lists())]
    with store.write("开始自查") as session:
        return inspections.begin(
            session, inspections.SELF, book, look.checker.findings(), asked, today=TODAY, cutoff=date(2026, 10, 31)
        )


def draft(store: Store, run: Inspection) -> reports.Report:
    with store.read() as session:
        return reports.self_inspection(
            session, session.merge(run, load=False), watch.look(store).checker.context.book, TODAY
        )


def test_the_seven_headings_are_all_there_and_gaps_are_named(store: Store, run: Inspection) -> None:
    made = draft(store, run)
    assert [section.heading for section in made.sections] == list(inspections.HEADINGS)
    assert reports.gaps(made) == ["意见建议"]
    with store.write("填写意见建议") as session:
        session.get_one(Inspection, run.id).advice = "建议上级统一组织运营人员培训。"
    with store.read() as session:
        again = session.get_one(Inspection, run.id)
    assert reports.gaps(draft(store, again)) == []


def test_the_report_says_what_the_register_knows(store: Store, run: Inspection, tmp_path: Path) -> None:
    paper = tmp_path / "预案.pdf"
    paper.write_bytes(b"%PDF-1.4 plan")
    proofs.attach(store, paper, proofs.PAPER, title="应急预案")
    with store.write("回答") as session:
        asked = inspections.answers(session, run.id)
        inspections.answer(session, next(a.id for a in asked if a.question_id == "q-ideology"), "是", "见3月会议纪要")
        bad = next(a for a in asked if a.question_id == "q-content")
        inspections.answer(session, bad.id, "是", "一处错别字")
        for one in inspections.findings(session, run.id):
            if one.code == "zombie":
                inspections.judge(session, one.id, TO_MEND)
            elif one.code == "stages":
                inspections.judge(session, one.id, EXPLAINED, "纸质审批单已落实")
            elif one.code == "review_system":
                inspections.judge(session, one.id, MENDED)
    made = draft(store, run)
    text = made.text
    assert made.title == "关于2026年团属新媒体平台自查情况的报告"
    assert made.addressee
    assert text.splitlines()[2] == f"{made.addressee}："
    assert "现有在用新媒体账号" in text
    assert "已建立《应急预案》。" in text
    assert "2026年1月1日至2026年10月31日，各账号共发布内容" in text
    good = "网络意识形态工作责任制已落实到分管领导和具体人员，有文件或会议记录（见3月会议纪要）"
    assert f"经逐项核对，{good}。" in text
    problems = "\n".join(made.sections[5].paragraphs)
    assert "僵尸账号：快手“青春林川”最近更新 2025年11月14日" in problems
    assert (
        "对照《内蒙古科技大学团学组织网络新媒体管理办法（试行）》《关于开展全区团属新媒体平台自查工作的通知》，" in text
    )
    assert "没有建立内容发布审核制度（已整改）" in problems
    assert "三审三校" not in problems
    assert "近一个月发布的内容中有违规或不当言论（一处错别字）。" in problems
    assert problems.startswith("1. ")
    assert text.endswith("2026年11月20日\n")


def test_the_cut_off_day_counts(store: Store, run: Inspection) -> None:
    with store.write("改统计时间") as session:
        session.get_one(Inspection, run.id).cutoff = date(2021, 1, 1)
    with store.read() as session:
        early = session.get_one(Inspection, run.id)
    before, after = draft(store, early).sections[0].paragraphs[0], draft(store, run).sections[0].paragraphs[0]
    assert before != after


def test_nothing_found_is_said_only_when_everything_was_looked_at(store: Store) -> None:
    look = watch.look(store)
    with store.write("开始") as session:
        empty = inspections.begin(
            session, inspections.YEARLY, look.checker.context.book, [], [], today=TODAY, cutoff=TODAY
        )
    assert draft(store, empty).sections[5].paragraphs == ("本次没有发现需要整改的问题。",)


def test_the_rectification_report_has_a_row_for_each_problem(store: Store) -> None:
    with store.write("登记通报") as session:
        batch = rectification.add_batch(
            session, rectification.CIRCULAR, "关于三季度检查情况的通报", date(2026, 11, 9), issuer="林州市网信办"
        )
        first = rectification.add(session, batch, "微博“共青团林川县委”", "错别字", measure="逐条复核")
        rectification.add(session, batch, "快手“青春林川”", "长期不更新", due_on=date(2026, 11, 27), measure="注销")
        rectification.fix(first, date(2026, 11, 12), "已改正 3 处")
    with store.read() as session:
        made = reports.mended(session, batch, TODAY)
    assert made.title == "关于《关于三季度检查情况的通报》整改情况的报告"
    assert made.addressee == "林州市网信办"
    assert made.opening.startswith("林州市网信办《关于三季度检查情况的通报》印发后")
    table = made.sections[0]
    assert table.paragraphs == ("共 2 个问题，已整改 1 个，正在整改 1 个。",)
    assert table.rows == (
        ("微博“共青团林川县委”", "错别字", "逐条复核；已改正 3 处", "", "2026年11月12日"),
        ("快手“青春林川”", "长期不更新", "注销", "", "计划 2026年11月27日"),
    )
    assert reports.gaps(made) == ["举一反三排查情况"]
    assert made.sections[2].paragraphs == ("快手“青春林川”：注销",)


def test_what_was_asked_account_by_account_is_said_once(store: Store) -> None:
    look = watch.look(store)
    book = look.checker.context.book
    live = [one.id for one in look.checker.register.accounts.values() if one.running]
    asked = questions.laid_out(questions.asked(book, questions.lists()), live)
    with store.write("开始") as session:
        run = inspections.begin(session, inspections.SELF, book, [], asked, today=TODAY, cutoff=TODAY)
        phones = [one for one in inspections.answers(session, run.id) if one.question_id == "q-personal-phone"]
        for one in phones:
            inspections.answer(session, one.id, "否")
    assert len(phones) == len(live)
    assert draft(store, run).text.count("账号没有登录在运营人员个人手机上") == 1
    with store.write("改答") as session:
        for one in phones[:2]:
            inspections.answer(session, one.id, "是")
    text = draft(store, run).text
    assert "账号没有登录在运营人员个人手机上" not in text
    assert "账号登录在运营人员个人手机上：微信公众号“林川青年”、微信公众号“林川少先队”。" in text
