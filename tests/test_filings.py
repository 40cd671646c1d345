"""Guided filling: prefilled from the register, typed, refreshed, answered, frozen, corrected, exported."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from desktop import accounts, assignments, figures, filings, fingerprint, papers, people, sample, units
from desktop.accounts import Account
from desktop.errors import BadValue, FileBusy, Refused
from desktop.filling import fill
from desktop.forms import Form, find
from desktop.forms.remarks import AMBER, GREEN, RED
from desktop.store import Store
from desktop.workdays import WorkCalendar
from tests.pace import statements

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 9, 30)
CUTOFF = date(2026, 11, 25)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample office, built once and copied for every test."""
    folder = tmp_path_factory.mktemp("office")
    with Store.open(folder, actor="赵示例", clock=lambda: NOW) as opened:
        sample.build(opened, TODAY)
    return folder


@pytest.fixture
def store(office: Path, tmp_path: Path) -> Iterator[Store]:
    shutil.copytree(office, tmp_path / "data")
    with Store.open(tmp_path / "data", actor="赵示例", clock=lambda: NOW) as opened:
        yield opened


@pytest.fixture(scope="module")
def form() -> Form:
    return find("tongjibiao")


@pytest.fixture(scope="module")
def beianbiao() -> Form:
    return find("beianbiao")


@pytest.fixture
def number(store: Store, form: Form) -> int:
    return filings.create(store, form, cutoff=CUTOFF, today=TODAY)


def account(store: Store, name: str) -> Account:
    with store.read() as session:
        return next(a for a in accounts.in_use(session) if a.name == name)


# Prefilled


def test_every_value_of_the_sheet_comes_from_the_register_and_says_so(store: Store, form: Form, number: int) -> None:
    draft = filings.open_draft(store, number, form)
    assert draft.cell("leader").text == "王示例"
    assert draft.cell("unit").whence == "单位资料：团县委"
    assert draft.cell("douyin_accounts").text == "林川青年说\n青春林川志愿", (
        "the club attached to the unit reports with it"
    )
    assert draft.cell("douyin_accounts").whence == "账号台账：2 个账号"
    assert draft.cell("wechat_accounts").text == "林川青年\n林川少先队", "committees below file their own"
    assert draft.cell("wechat_in_name").text == "是（2 个均已认证）"
    assert draft.cell("weibo_heads").text == "宣传部 陈示例\n13800000002"
    assert draft.cell("weibo_operators").text.split("\n")[0] == "赵示例（在编） 13800000003"
    assert draft.cell("year").text == "2026" and draft.cell("year").origin == filings.COMPUTED
    others = [draft.cell(f"other.{n}.accounts").text for n in range(1, draft.rows("other") + 1)]
    assert others[0] == "微信视频号：林川志愿" and "今日头条：林川团县委" in others
    entrusted = draft.cell(f"other.{others.index('今日头条：林川团县委') + 1}.entrusted")
    assert entrusted.text == "是（林川示例文化传媒有限公司）"
    assert draft.cell("total_accounts").text == "10"


def test_the_register_is_read_as_of_the_cut_off(store: Store, form: Form) -> None:
    number = filings.create(store, form, cutoff=date(2026, 3, 31), today=TODAY)
    draft = filings.open_draft(store, number, form)
    weibo = draft.cell("weibo_accounts").text.split("\n")
    assert weibo == ["共青团林川县委", "林川青年志愿者"], "cancelled in May, still running in March"
    names = " ".join(draft.cell(f"other.{n}.accounts").text for n in range(1, draft.rows("other") + 1))
    assert "小红书" not in names, "opened in November"
    with store.read() as session:
        totals = figures.year_totals(session, date(2026, 3, 31))
    shown = draft.cell("weibo_running").text
    ids = [account(store, name).id for name in weibo]
    assert shown.startswith(f"发布 {sum(totals[i].posts or 0 for i in ids if i in totals)} 条")
    early = filings.create(store, form, cutoff=date(2013, 1, 1), today=TODAY)
    assert filings.open_draft(store, early, form).cell("weibo_accounts").text == ""


def test_the_account_form_is_filled_for_one_account(store: Store, beianbiao: Form) -> None:
    club = account(store, "青春林川志愿")
    number = filings.create(store, beianbiao, cutoff=TODAY, today=TODAY, subject_id=club.id)
    draft = filings.open_draft(store, number, beianbiao)
    cells = {
        tag: draft.cell(tag).text for tag in ("organisation", "host", "platform", "account", "opened_on", "advisor")
    }
    assert cells == {
        "organisation": "林川青年志愿者协会", "host": "共青团林川县委员会", "platform": "抖音",
        "account": "青春林川志愿", "opened_on": "2022-03-05", "advisor": "许示例",
    }  # fmt: skip
    assert draft.filing.subject_name == "抖音“青春林川志愿”"
    found = filings.review(draft, TODAY, WorkCalendar.load())
    assert [r.clause for r in found if r.tag == "publishers" and r.level == RED] == ["第十二条（二）"]
    with pytest.raises(Refused, match="要先选定账号"):
        filings.create(store, beianbiao, cutoff=TODAY, today=TODAY)


def test_without_an_own_unit_nothing_begins(tmp_path: Path, form: Form) -> None:
    with Store.open(tmp_path / "empty") as empty, pytest.raises(Refused, match="还没有登记本单位"):
        filings.create(empty, form, cutoff=CUTOFF, today=TODAY)


def test_what_the_register_lacks_is_said_where_it_is_needed(store: Store, form: Form) -> None:
    with store.write("改") as session:
        found = session.get_one(Account, account(store, "林川青年说").id)
        found.certified = None
        made = Account(platform="知乎", name="林川青年", unit_id=found.unit_id, by_unit=True, certified=False)
        accounts.add(session, made, accounts.NORMAL, date(2026, 1, 1))
    number = filings.create(store, form, cutoff=CUTOFF, today=TODAY)
    draft = filings.open_draft(store, number, form)
    said = {r.tag: r.what for r in filings.review(draft, TODAY) if r.level == AMBER}
    assert said["douyin_in_name"] == "抖音“林川青年说”没有登记是否认证。"
    last = draft.rows("other")
    assert said[f"other.{last}.running"] == "知乎“林川青年”没有 2026 年运行数据。"
    assert said[f"other.{last}.operators"] == "知乎“林川青年”没有登记运营人员。"
    filings.save(store, number, "douyin_in_name", "是")
    again = filings.review(filings.open_draft(store, number, form), TODAY)
    assert "douyin_in_name" not in {r.tag for r in again}, "what the clerk writes himself is no gap"


# Typed


def test_a_text_is_kept_at_once_and_stays_the_clerks_own(store: Store, form: Form, number: int) -> None:
    before = store.undo  # saving must not become an undo step
    filings.save(store, number, "weibo_accounts", "林川团县委")
    filings.save(store, number, "weibo_accounts", "林川团县委\n林川志愿")
    filings.save(store, number, "problems", "无")
    draft = filings.open_draft(store, number, form)
    cell = draft.cell("weibo_accounts")
    assert (cell.text, cell.origin, cell.known) == ("林川团县委\n林川志愿", filings.OWN, "共青团林川县委")
    assert cell.corrected and not draft.cell("problems").corrected
    assert draft.cell("total_accounts").text == "11"
    assert draft.saved_at == NOW
    assert before() == f"新建填报：{form.title}", "the newest undoable action is the filing, not a keystroke"


def test_typing_is_not_lost_when_the_program_is_killed(tmp_path: Path, form: Form) -> None:
    folder = tmp_path / "data"
    code = (
        "import os, sys\nfrom datetime import date\nfrom pathlib import Path\n"
        "from desktop import filings, forms, sample\nfrom desktop.store import Store\n"
        "store = Store.open(Path(sys.argv[1]))\nsample.build(store, date(2026, 11, 20))\n"
        "form = forms.find('tongjibiao')\n"
        "number = filings.create(store, form, cutoff=date(2026, 11, 25), today=date(2026, 11, 20))\n"
        "filings.save(store, number, 'problems', '打到一半')\nprint(number, flush=True)\nos.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=False, env={**os.environ}
    )
    assert done.returncode == -9, done.stderr
    with Store.open(folder) as store:
        assert filings.open_draft(store, int(done.stdout), form).cell("problems").text == "打到一半"


def test_remarks_and_paper_follow_a_text_before_it_is_saved(store: Store, form: Form, number: int) -> None:
    draft = filings.open_draft(store, number, form)
    typing = draft.with_text("phone", "0479-59838")
    assert "区号 0479 后应为 7 位" in next(r.what for r in filings.review(typing, TODAY) if r.tag == "phone")
    assert not [r for r in filings.review(draft, TODAY) if r.tag == "phone"]
    assert fill(form, typing.values, "docx") != fill(form, draft.values, "docx")


def test_steps_count_what_is_filled_and_what_is_wrong(store: Store, form: Form, number: int) -> None:
    filings.save(store, number, "phone", "0479-59838")
    draft = filings.open_draft(store, number, form)
    steps = {step.id: step for step in draft.steps(filings.review(draft, TODAY))}
    assert (steps["head"].filled, steps["head"].asked, steps["head"].red) == (7, 7, 1)
    assert steps["weibo"].done and not steps["head"].done
    assert steps["problems"].filled == 0 and steps["problems"].asked == 1
    assert steps["other"].asked == 7 * draft.rows("other")


def test_rows_are_added_taken_out_and_move_up(store: Store, form: Form, number: int) -> None:
    (group,) = form.groups
    draft = filings.open_draft(store, number, form)
    count = draft.rows("other")
    second = draft.cell("other.2.accounts").text
    assert filings.add_row(store, number, group) == count + 1
    filings.save(store, number, f"other.{count + 1}.accounts", "知乎：林川青年")
    filings.drop_row(store, number, group, 1)
    draft = filings.open_draft(store, number, form)
    assert draft.rows("other") == count
    assert draft.cell("other.1.accounts").text == second
    assert draft.cell(f"other.{count}.accounts").text == "知乎：林川青年"
    while filings.open_draft(store, number, form).rows("other") < group.most:
        filings.add_row(store, number, group)
    with pytest.raises(Refused, match="最多 6 栏"):
        filings.add_row(store, number, group)


def test_the_totals_agree_in_green(store: Store, form: Form, number: int) -> None:
    found = filings.review(filings.open_draft(store, number, form), TODAY)
    assert [r.what for r in found if r.level == GREEN] == ["1＋2＋2＋1＋1＋1＋1＋1＝10，合计与各项一致。"]


def test_what_the_rule_packs_say_stands_beside_the_account_with_its_clause(
    store: Store, form: Form, beianbiao: Form, number: int
) -> None:
    from desktop import adoption, watch

    with store.read() as session:
        adoption.rulebook(session)
    findings = list(watch.look(store).checker.findings())
    draft = filings.open_draft(store, number, form)
    found = filings.concerning(draft, findings)
    others = [draft.cell(f"other.{n}.accounts").text for n in range(1, draft.rows("other") + 1)]
    kuaishou = f"other.{others.index('快手：青春林川') + 1}.accounts"
    assert any(r.tag == kuaishou and r.what.startswith("快手“青春林川”") and r.clause for r in found)
    assert {r.level for r in found} == {AMBER}
    assert not any("林川一中" in r.what for r in found), "accounts the return does not name"
    about = account(store, "青春林川志愿").id
    own = filings.open_draft(
        store, filings.create(store, beianbiao, cutoff=TODAY, today=TODAY, subject_id=about), beianbiao
    )
    assert {r.tag for r in filings.concerning(own, findings)} == {"account"}


def test_without_a_superior_a_return_is_not_final(store: Store, form: Form, number: int) -> None:
    with store.write("改") as session:
        units.need_own(session).parent_id = None
        for found in units.in_use(session, units.SUPERIOR):
            found.trashed_at = NOW
    draft = filings.open_draft(store, number, form)
    assert [(r.level, r.clause) for r in filings.review(draft, TODAY) if "上级团组织" in r.what] == [(RED, form.clause)]


# The register


def test_refreshing_takes_new_facts_and_leaves_the_clerks_own(store: Store, form: Form, number: int) -> None:
    filings.save(store, number, "head", "陈某乙")
    with store.write("改") as session:
        own = units.need_own(session)
        own.leader, own.head = "郑示例", "吴示例"
    changes = {change.tag: change for change in filings.refresh(store, number, form, TODAY)}
    assert {tag for tag in changes if not tag.endswith("heads")} == {"leader", "head"}
    assert (changes["leader"].before, changes["leader"].after, changes["leader"].kept) == ("王示例", "郑示例", False)
    assert changes["head"].kept
    draft = filings.open_draft(store, number, form)
    assert (draft.cell("leader").text, draft.cell("head").text, draft.cell("head").known) == (
        "郑示例",
        "陈某乙",
        "吴示例",
    )
    filings.take_back(store, number, "head")
    cell = filings.open_draft(store, number, form).cell("head")
    assert (cell.text, cell.origin, cell.corrected) == ("吴示例", filings.REGISTER, False)


def test_another_cut_off_reads_another_register(store: Store, form: Form, number: int) -> None:
    filings.save(store, number, "cutoff", "2026-03-31")
    assert filings.open_draft(store, number, form).filing.cutoff == date(2026, 3, 31)
    filings.refresh(store, number, form, TODAY)
    draft = filings.open_draft(store, number, form)
    assert "林川青年志愿者" in draft.cell("weibo_accounts").text
    assert draft.cell("cutoff").text == "2026-03-31"


def test_a_platform_that_is_gone_loses_its_column_unless_it_was_written_into(
    store: Store, form: Form, number: int
) -> None:
    count = filings.open_draft(store, number, form).rows("other")
    with store.write("注销") as session:
        accounts.move(session, session.get_one(Account, account(store, "林川青年之声").id), accounts.CANCELLED, TODAY)
    filings.refresh(store, number, form, TODAY)
    draft = filings.open_draft(store, number, form)
    assert draft.rows("other") == count - 1
    filings.save(store, number, f"other.{count - 1}.running", "我自己写的")
    with store.write("注销") as session:
        for found in accounts.in_use(session):
            if found.platform == "小红书":
                accounts.move(session, found, accounts.CANCELLED, TODAY)
    filings.refresh(store, number, form, TODAY)
    assert filings.open_draft(store, number, form).cell(f"other.{count - 1}.running").text == "我自己写的"


def test_a_row_is_found_again_when_those_before_it_are_gone(store: Store, form: Form, number: int) -> None:
    draft = filings.open_draft(store, number, form)
    names = [draft.cell(f"other.{n}.accounts").text for n in range(1, draft.rows("other") + 1)]
    assert names[0].startswith("微信视频号") and names[1] == "快手：青春林川"
    filings.save(store, number, "other.2.operators", "吴示例（在编） 0479-5980008")
    (group,) = form.groups
    added = filings.add_row(store, number, group)
    filings.save(store, number, f"other.{added}.accounts", "知乎：自己加的")
    with store.write("注销") as session:
        accounts.move(session, session.get_one(Account, account(store, "林川志愿").id), accounts.CANCELLED, TODAY)
    filings.refresh(store, number, form, TODAY)
    draft = filings.open_draft(store, number, form)
    assert draft.cell("other.1.accounts").text == "快手：青春林川"
    assert draft.cell("other.1.operators").text == "吴示例（在编） 0479-5980008"
    assert draft.cell("other.2.operators").origin == filings.REGISTER
    assert draft.cell(f"other.{added - 1}.accounts").text == "知乎：自己加的"
    assert draft.rows("other") == added - 1


def test_a_correction_goes_back_to_the_register_and_can_be_undone(store: Store, form: Form, number: int) -> None:
    filings.save(store, number, "leader", "王某甲")
    filings.save(store, number, "weibo_heads", "宣传部 陈某")
    (offer,) = filings.offers(filings.open_draft(store, number, form))
    assert (offer.tag, offer.label, offer.there, offer.here) == ("leader", "分管领导", "王示例", "王某甲")
    filings.take_over(store, number, "leader")
    with store.read() as session:
        assert units.need_own(session).leader == "王某甲"
    draft = filings.open_draft(store, number, form)
    assert filings.offers(draft) == [] and draft.cell("leader").origin == filings.REGISTER
    assert store.undo() == "填报更正写回台账：王示例→王某甲"
    with store.read() as session:
        assert units.need_own(session).leader == "王示例"
    with pytest.raises(Refused, match="没有可以写回"):
        filings.take_over(store, number, "weibo_heads")


def test_only_what_fits_goes_back_to_the_register(store: Store, beianbiao: Form) -> None:
    found = account(store, "林川青年说")
    number = filings.create(store, beianbiao, cutoff=TODAY, today=TODAY, subject_id=found.id)
    filings.save(store, number, "verified", "是，蓝 V")
    with pytest.raises(BadValue, match="只记“是”或“否”"):
        filings.take_over(store, number, "verified")
    filings.save(store, number, "verified", "否")
    filings.take_over(store, number, "verified")
    filings.save(store, number, "opened_on", "2020-08-02")
    filings.take_over(store, number, "opened_on")
    again = account(store, "林川青年说")
    assert (again.certified, again.opened_on) == (False, date(2020, 8, 2))


# Final


def final(store: Store, form: Form, number: int) -> filings.FilingVersion:
    return filings.finalise(store, number, form, TODAY, WorkCalendar.load())


def test_red_remarks_stop_the_final_version_and_nothing_else(store: Store, form: Form, number: int) -> None:
    filings.save(store, number, "phone", "0479-59838")
    filings.save(store, number, "reporter", "")
    with pytest.raises(Refused, match="还不能定稿：填报人：必填项还没有填写；联系电话：联系电话位数不足"):
        final(store, form, number)
    assert filings.open_draft(store, number, form).filing.state == filings.DRAFT
    filings.save(store, number, "phone", "0479-5983812")
    filings.save(store, number, "reporter", "赵示例")
    version = final(store, form, number)
    assert (version.number, version.made_by, version.made_at) == (1, "赵示例", NOW)
    draft = filings.open_draft(store, number, form)
    assert draft.filing.state == filings.FINAL
    assert version.fingerprint == fingerprint.of_values(filings.facts(form, draft.values))
    with pytest.raises(Refused, match="已定稿"):
        filings.save(store, number, "problems", "改一改")


def test_a_correction_is_the_next_version_and_the_one_before_stays(store: Store, form: Form, number: int) -> None:
    final(store, form, number)
    filings.reopen(store, number, "市委要求补充", returned=True)
    assert filings.open_draft(store, number, form).filing.state == filings.RETURNED
    filings.save(store, number, "problems", "补充：无")
    final(store, form, number)
    with store.read() as session:
        first, second = filings.versions(session, number)
    assert (first.number, second.number, second.reason) == (1, 2, "市委要求补充")
    assert (first.values["problems"], second.values["problems"]) == ("", "补充：无")
    names = [d.name for d in filings.documents(store, number, form)]
    assert names == [
        "共青团林川县委员会_团属政务新媒体情况统计表_2026-11-25_更正第2稿.docx",
        "共青团林川县委员会_团属政务新媒体情况统计表_2026-11-25_更正第2稿.xlsx",
    ]
    (old,) = filings.documents(store, number, form, ["xlsx"], number=1)
    assert "更正" not in old.name
    assert openpyxl.load_workbook(io.BytesIO(old.content)).active["B12"].value is None


def test_a_final_version_taken_back_does_not_block_the_next(store: Store, form: Form, number: int) -> None:
    first = filings.finalise(store, number, form, TODAY)
    assert store.undo() == "定稿"
    filings.save(store, number, "problems", "又想起一件事。")
    second = filings.finalise(store, number, form, TODAY)
    assert (first.number, second.number) == (1, 2)
    with store.read() as session:
        kept = filings.versions(session, number)
        assert session.get_one(filings.Filing, number).version == 2
    assert kept[0].values["problems"] != kept[1].values["problems"] == "又想起一件事。"


def test_a_frozen_version_cannot_be_rewritten(store: Store, form: Form, number: int) -> None:
    final(store, form, number)
    with pytest.raises(IntegrityError, match="a final version is never changed"), store.write("x") as session:
        session.execute(text("UPDATE filing_version SET content = '{}'"))


def test_files_are_written_all_or_none(store: Store, form: Form, number: int, tmp_path: Path) -> None:
    final(store, form, number)
    made = filings.documents(store, number, form)
    folder = tmp_path / "报送"
    paths = filings.export(made, folder)
    assert [path.suffix for path in paths] == [".docx", ".xlsx"] and all(path.stat().st_size for path in paths)
    paths[0].write_bytes(b"earlier")
    paths[1].unlink()
    paths[1].mkdir()  # cannot be replaced, as a file that another program holds
    with pytest.raises(Refused):
        filings.export(made, folder)
    assert paths[0].read_bytes() == b"earlier", "what was there before is there again"
    assert not list(folder.glob(".*.part"))


def test_a_file_open_in_word_is_answered_with_a_sentence(
    store: Store, form: Form, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    final(store, form, number)
    made = filings.documents(store, number, form, ["docx"])
    (target,) = filings.export(made, tmp_path)

    def held(self: Path, _target: Path) -> None:
        raise PermissionError(13, "used by another process", str(self))

    monkeypatch.setattr(Path, "replace", held)  # what Windows answers while Word holds the file
    with pytest.raises(FileBusy, match="请先关闭该文件再试"):
        filings.export(made, tmp_path)
    assert target.read_bytes() == made[0].content


def test_a_copy_for_publishing_says_so_and_hides_phones(store: Store, form: Form, number: int) -> None:
    final(store, form, number)
    (made,) = filings.documents(store, number, form, ["xlsx"], masked=True)
    assert made.name.endswith("（公开版）.xlsx")
    assert "13800000003" not in str(list(openpyxl.load_workbook(io.BytesIO(made.content)).active.values))


def test_the_final_version_goes_its_way_as_a_paper(store: Store, form: Form, number: int) -> None:
    final(store, form, number)
    paper_id = filings.to_paper(store, number, form, "docx")
    filings.reopen(store, number, "更正")
    filings.save(store, number, "problems", "补充")
    version = final(store, form, number)
    assert filings.to_paper(store, number, form, "docx") == paper_id
    with store.read() as session:
        (paper,) = [found for found in papers.in_use(session) if found.filing_id == number]
    assert (paper.version, paper.fingerprint, paper.filing_id) == (2, version.fingerprint, number)
    assert paper.title == form.title
    assert paper.made_at == version.made_at, "a scan made since it became final shows it, whenever it is put in"
    assert papers.content_of(store, paper.path) == filings.documents(store, number, form, ["docx"])[0].content


# Other answers, the filing before


def test_a_nil_return_needs_only_the_header_and_keeps_what_was_typed(store: Store, form: Form, number: int) -> None:
    filings.save(store, number, "problems", "先记着")
    words = filings.answer(store, number, form, filings.NIL)
    assert words == "零报告：截至2026年11月25日，共青团林川县委员会没有应报的团属新媒体账号。"
    values = filings.open_draft(store, number, form).values
    assert values["note_accounts"] == words and values["unit"] == "共青团林川县委员会"
    assert not values.get("weibo_accounts") and not values.get("problems") and not values.get("total_accounts")
    version = final(store, form, number)
    assert version.answer == filings.NIL
    filings.reopen(store, number, "其实有")
    filings.answer(store, number, form, filings.NORMAL)
    draft = filings.open_draft(store, number, form)
    assert draft.values["problems"] == "先记着" and draft.values["note_accounts"] == ""


def test_unchanged_repeats_the_return_before_under_a_sentence(store: Store, form: Form, number: int) -> None:
    with pytest.raises(Refused, match="没有前次申报"):
        filings.answer(store, number, form, filings.UNCHANGED)
    filings.save(store, number, "problems", "更新偏慢")
    final(store, form, number)
    later = filings.create(store, form, cutoff=date(2027, 1, 25), today=date(2027, 1, 20))
    words = filings.answer(store, later, form, filings.UNCHANGED)
    assert words == "无变更：前次申报（截至2026年11月25日）的新媒体账号运行正常，没有变更。负责人：陈示例。"
    values = filings.open_draft(store, later, form).values
    assert (values["problems"], values["cutoff"], values["year"]) == ("更新偏慢", "2027-01-25", "2027")
    assert values["total_accounts"] == "10" and values["note_accounts"] == words


def test_a_form_about_one_account_has_no_such_answer(store: Store, beianbiao: Form) -> None:
    number = filings.create(store, beianbiao, cutoff=TODAY, today=TODAY, subject_id=account(store, "林川青年").id)
    with pytest.raises(Refused, match="不能以零报告答复"):
        filings.answer(store, number, beianbiao, filings.NIL)


def test_the_return_before_fills_what_the_register_does_not_know(store: Store, form: Form, number: int) -> None:
    with pytest.raises(Refused, match="没有更早的"):
        filings.carry_on(store, number, form)
    filings.save(store, number, "suggestions", "多培训")
    filings.save(store, number, "note_running", "口径同上年")
    final(store, form, number)
    with store.write("注销") as session:  # what is gone from the register does not come back from last year
        accounts.move(session, session.get_one(Account, account(store, "共青团林川县委").id), accounts.CANCELLED, TODAY)
    later = filings.create(store, form, cutoff=date(2027, 1, 25), today=date(2027, 1, 20))
    filings.save(store, later, "note_running", "新口径")
    assert filings.carry_on(store, later, form) == ["suggestions"]
    cell = filings.open_draft(store, later, form).cell("suggestions")
    assert (cell.text, cell.origin, cell.whence) == ("多培训", filings.LAST, "上期（截至 2026-11-25）")


def test_filings_are_listed_and_go_to_the_trash(store: Store, form: Form, number: int) -> None:
    with store.read() as session:
        assert next(f.id for f in filings.in_use(session)) == number
        assert number in [f.id for f in filings.of_subject(session, form.id, None)]
    with store.write("删除填报") as session:
        session.get_one(filings.Filing, number).trashed_at = NOW
    with pytest.raises(Refused, match="不在了"):
        filings.open_draft(store, number, form)
    store.undo()
    assert filings.open_draft(store, number, form).filing.id == number


def test_people_who_left_and_duties_that_ended_are_not_named(store: Store, form: Form, number: int) -> None:
    draft = filings.open_draft(store, number, form)
    assert "钱示例" not in str(draft.typed), "left on 16 November"
    with store.read() as session:
        gone = next(p for p in people.in_use(session) if p.name == "钱示例")
        assert assignments.of_person(session, gone.id)


def test_a_large_register_is_written_and_moved_in_a_few_statements(store: Store) -> None:
    """200 accounts are 2,500 values: taking out one row of them once took 50 s, a statement for every value moved."""
    with store.write("很多账号") as session:
        mine = units.need_own(session)
        for at in range(40):
            one = Account(platform="微博", name=f"林川青年{at:02d}", unit_id=mine.id)
            accounts.add(session, one, accounts.NORMAL, date(2024, 1, 1))
    ledger = find("zhanghaotaizhang")
    number = filings.create(store, ledger, cutoff=TODAY, today=TODAY)
    before = filings.open_draft(store, number, ledger)
    earlier = filings.picture(store, number)
    asked = statements(store)
    filings.drop_row(store, number, ledger.groups[0], 2)
    filings.open_draft(store, number, ledger)
    assert len(asked) < 20
    after = filings.open_draft(store, number, ledger)
    rows = before.typed["accounts"]
    assert after.typed["accounts"] == [rows[0], *rows[2:]]
    filings.put_back(store, number, earlier)
    assert filings.open_draft(store, number, ledger).cells == before.cells


def test_the_folder_of_the_newest_files_is_known_as_long_as_it_is_there(
    store: Store, number: int, tmp_path: Path
) -> None:
    assert filings.folder_of(store, number) is None
    (tmp_path / "一月").mkdir()
    filings.remember_folder(store, number, tmp_path / "别处")
    filings.remember_folder(store, number, tmp_path / "一月")
    filings.remember_folder(store, number + 1, tmp_path)
    assert filings.folder_of(store, number) == tmp_path / "一月"
    (tmp_path / "一月").rmdir()
    assert filings.folder_of(store, number) is None
    (store.folder / "导出位置.json").write_text("坏", "utf-8")
    assert filings.folder_of(store, number) is None
