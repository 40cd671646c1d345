"""An invented office's notices and returns, to try the place 报送与汇总 on; every name and number is made up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from desktop import naming, notices, packing, papers, scans, submission

if TYPE_CHECKING:
    from desktop.store import Store

YEARLY = """共青团林川市委员会文件

林团市发〔{year}〕27号

关于开展{year}年度团属新媒体账号年审工作的通知

各县区团委：

为规范团属新媒体管理，现开展年审，有关事项通知如下。
一、各单位如实填写《团属新媒体账号年审表》（附件1），经分管领导签字并加盖公章，扫描成PDF后与可编辑的Word电子版一并报送，
无账号的单位实行零报告。
二、请于{due}上午12:00前发送至linchuanshi@126.con，文件名为“单位名+{year}年审”，纸质材料一式两份报送至团市委宣传部。
联系人：王某甲 联系电话：0951-8000123

附件：1.团属新媒体账号年审表.docx

共青团林川市委员会宣传部
{issued}
"""
QUARTERLY = "关于报送第三季度新媒体运行情况的通知\n各县区团委：\n请于{due}前报送《团属政务新媒体情况统计表》。\n"


def build(store: Store) -> None:
    """Two notices, one of them half answered, and a return sent last quarter with its receipt; entered once only."""
    from desktop.notice_reading import read_notice

    with store.read() as session:
        if notices.in_use(session):
            return
    now = store.clock()
    soon, issued = now + timedelta(days=6), now - timedelta(days=3)
    text = YEARLY.format(
        year=now.year, due=f"{soon.month}月{soon.day}日", issued=f"{issued.year}年{issued.month}月{issued.day}日"
    )
    confirmed: dict[str, list[str]] = {}
    for each in read_notice(text, now.date()).proposals:
        confirmed.setdefault(each.field, []).append(each.value)
    with store.write("登记上级通知") as session:
        yearly = notices.enter(session, confirmed, text, now)
        yearly.source = f"{now.year}年审通知.docx"
        quarterly = notices.enter(
            session,
            {"title": ["关于报送第三季度新媒体运行情况的通知"], "issuer": ["共青团林川市委员会"], "scan": ["是"],
             "mailbox": ["linchuanshi@example.com"], "form": ["团属政务新媒体情况统计表"], "stamped": ["是"]},
            QUARTERLY.format(due="10月12日"), now,
        )  # fmt: skip
        quarterly.settled_on = (now - timedelta(days=40)).date()
    content, values = _filled("nianshenbiao")
    with store.write("定稿：团属新媒体账号年审表") as session:
        path = papers.keep_file(store, "团属新媒体账号年审表.docx", content)
        paper = papers.add(
            session, "团属新媒体账号年审表", now - timedelta(hours=3), values=values, path=path, notice=yearly
        )
        papers.advance(session, paper, papers.PRINTED, now - timedelta(hours=2), by=store.actor)
        papers.advance(session, paper, papers.SIGNED, now - timedelta(hours=1), by=store.actor)
    _sent(store, quarterly, now - timedelta(days=41))


def _filled(form_id: str) -> tuple[bytes, dict[str, str]]:
    """A form with its sample values as Word file, and the values by label."""
    from desktop import filings, filling, fingerprint, forms
    from desktop.documents.footmark import marked

    form = forms.find(form_id)
    values = forms.sample(form)
    facts = filings.facts(form, values)
    return marked(filling.fill(form, values, "docx"), fingerprint.of_values(facts), "docx"), facts


def _scan(at: datetime) -> bytes:
    """A PDF of one page with a round mark where the seal would be."""
    from PIL import Image, ImageDraw

    sheet = Image.new("L", (620, 877), 255)
    ImageDraw.Draw(sheet).ellipse((400, 640, 540, 780), outline=90, width=6)
    return scans.to_pdf([sheet], at)


def _sent(store: Store, notice: notices.Notice, at: datetime) -> None:
    content, values = _filled("tongjibiao")
    facts = naming.Facts(unit="共青团林川县委员会")
    with store.write("定稿：团属政务新媒体情况统计表") as session:
        path = papers.keep_file(store, "团属政务新媒体情况统计表.docx", content)
        paper = papers.add(session, "团属政务新媒体情况统计表", at, values=values, path=path, notice=notice)
        scan = papers.arrived(store, "扫描0027.pdf", _scan(at), at + timedelta(hours=1))
        scan.attached_at = at + timedelta(hours=1)
        papers.attach_scan(session, paper, scan, complete=True)
        parts = packing.parts_of(store, session, [paper])
    packed = packing.pack(parts, packing.Wish("单位名+统计表", facts=facts))
    entry = submission.prepare(
        store, notice.title, packed, notice=notice, receiver="共青团林川市委员会宣传部",
        address="linchuanshi@example.com", subject="共青团林川县委员会第三季度新媒体运行情况",
    )  # fmt: skip
    with store.write("已报送并收到回执") as session:
        kept = session.get_one(submission.Submission, entry.id)
        submission.mark_sent(session, kept, at + timedelta(hours=2))
        submission.mark_received(session, kept, at + timedelta(days=1), "王某甲 来电确认，收文 118 号")
