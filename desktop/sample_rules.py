"""Rules of the sample office: packs chosen, a change to file, duties, and a superior's circular half mended."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from desktop import accounts, adoption, assignments, duty, lifecycle, people, rectification
from desktop.checking.filing import CHANGE
from desktop.rules import BINDING, BORROWED

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop.store import Store

PACKS = (
    ("neimenggu-2019", BINDING, None),
    ("neikeda", BINDING, timedelta(days=445)),
    ("kunming-2023", BORROWED, None),
)
"""Pack, how it stands, and how long ago the office took it up."""
REVIEWERS = {assignments.FIRST: "赵示例", assignments.SECOND: "陈示例", assignments.THIRD: "王示例"}
REVIEWED = ("林川青年", "林川少先队", "共青团林川县委", "林川青年说", "林川志愿", "林川青年之声")
CIRCULAR = "关于三季度政务新媒体检查情况的通报"
ISSUER = "临江市政务公开工作领导小组"
PROBLEMS = (
    ("微博", "共青团林川县委", "一条微博有错别字", "更正并复核近三个月内容", "已更正 1 处，复核 92 条", True),
    ("快手", "青春林川", "超过一年没有更新", "停止使用，按程序关停注销", "", False),
)  # fmt: skip


def play(store: Store, today: date) -> None:
    """Enter the sample's rules and what follows from them; once entered it stays."""
    with store.read() as session:
        if adoption.choices(session):
            return
    with store.write("建立示例单位的规定和待办") as session:
        for name, standing, ago in PACKS:
            adoption.choose(session, name, True, today - ago if ago else None, standing)
        account = {(one.platform, one.name): one.id for one in accounts.in_use(session)}
        _reviewers(session)
        lifecycle.begin(
            session, account["微信公众号", "林川青年"], CHANGE, today - timedelta(days=1), fields=("后台管理人员",)
        )
        duty.add(session, duty.TRAINING, "运营人员培训", datetime.combine(today - timedelta(days=253), time(9)))
        _circular(session, account, today)


def _reviewers(session: Session) -> None:
    person = {one.name: one.id for one in people.in_use(session)}
    for account in accounts.in_use(session):
        if account.name in REVIEWED and account.unit_id is not None:
            session.add_all(
                assignments.Assignment(account_id=account.id, person_id=person[name], role=role)
                for role, name in REVIEWERS.items()
            )


def _circular(session: Session, account: dict[tuple[str, str], int], today: date) -> None:
    batch = rectification.add_batch(
        session, rectification.CIRCULAR, CIRCULAR, today - timedelta(days=11), issuer=ISSUER,
        report_due=today + timedelta(days=7), report_hour="17:30",
    )  # fmt: skip
    for platform, name, problem, measure, result, fixed in PROBLEMS:
        item = rectification.add(
            session, batch, f"{platform}“{name}”", problem, account_id=account[platform, name], measure=measure,
            due_on=today + timedelta(days=5),
        )  # fmt: skip
        if fixed:
            rectification.fix(item, today - timedelta(days=4), result)
