"""首页 as plain data: four figures, what is due, how alive each account is.

The page last shown is kept beside the store. At the next start it stands in the frame at once when it still holds: same
day, same program, and a store file nobody has touched since.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop import __version__, dates, paths
from desktop.errors import Refused

if TYPE_CHECKING:
    from desktop.checking.findings import Finding
    from desktop.deadlines import Due
    from desktop.register import AccountRow
    from desktop.store import Store
    from desktop.watch import Look

FILE = "首页.json"
WEEKS = 26
LONGEST = 14  # characters of a name in a tag
PRESSING = 3  # working days; what the line below the title counts


@dataclass
class Figure:
    """One of the four figures: the number, what it counts, and a remark with its tint."""

    number: str
    name: str
    said: str
    tone: str


@dataclass
class Line:
    """One thing that is due: two lines of text, a tag, and where its button goes with which errand."""

    title: str
    basis: str
    tag: str
    tone: str
    button: str
    place: str
    errand: list[Any]


FIRST_STEPS = (
    Line(
        "1. 填写本单位和上级",
        "全称、分管领导、填报人和上一级团组织，以后每张表都从这里取",
        "",
        "",
        "去填写",
        "settings",
        [],
    ),
    Line("2. 登记账号", "导入办公室已有的 Excel 清单，或逐个新增", "", "", "去登记", "accounts", []),
    Line("3. 填第一张表", "照着步骤填，右边就是要盖章的那张纸", "", "", "去填报", "fill", []),
)
"""What a new office sees instead of what is due."""
NO_RULES = Line(
    "还没有选用规定，程序判断不了什么到期", "请到“设置”填写单位层级，或到“自查与整改→适用规定”选用",
    "无法检查", "red", "去选用", "inspections", ["packs", "", 0],
)  # fmt: skip


@dataclass
class HomeData:
    """Everything the page shows; `heat` has a name and the posts of each week, oldest first, per account.

    The posts are those of `figures.weekly_posts`; `steps` are there only for a new office, instead of the rest.
    """

    subtitle: str
    unit: str
    figures: list[Figure] = field(default_factory=list)
    due: list[Line] = field(default_factory=list)
    heat: list[tuple[str, list[float | None]]] = field(default_factory=list)
    steps: list[Line] = field(default_factory=list)


def gather(store: Store, rotate_days: int) -> HomeData:
    """Read and judge everything the page shows."""
    from desktop import accounts, deadlines, figures, register, units, watch

    now = store.clock()
    with store.read() as session:
        rows = register.account_rows(session, now.date())
        mine = units.own(session)
        weeks = figures.weekly_posts(session, now.date(), WEEKS)
    running = [row for row in rows if row.state in accounts.RUNNING]
    if mine is None:
        return HomeData(_day(now), "", steps=list(FIRST_STEPS))
    heat = [(f"{row.name} {row.platform}", weeks.get(row.id, [None] * WEEKS)) for row in running]
    try:
        look = watch.look(store)
    except Refused as refusal:
        return HomeData(_day(now), mine.name, due=[_unable(refusal)], heat=heat)
    if not look.checker.context.book.speaking:
        return HomeData(_day(now), mine.name, due=[NO_RULES], heat=heat)
    due = deadlines.due_now(store, look, rotate_days)
    pressing = deadlines.pressing(due, PRESSING)
    said = f"有 {len(pressing)} 件事需要在 {PRESSING} 个工作日内办结" if pressing else "近期没有到期事项"
    return HomeData(
        f"{_day(now)} · {said}",
        mine.name,
        _figures(rows, running, due, look, now.date()),
        [_line(one) for one in due],
        heat,
    )


def _day(now: datetime) -> str:
    return f"{dates.chinese(now.date())} {dates.weekday(now.date())}"


def _unable(refusal: Refused) -> Line:
    """What stands in the list when the chosen packs allow no judgement; its button leads to them."""
    return Line(refusal.what, refusal.todo, "无法检查", "red", "去处理", "inspections", ["packs", "", 0])


def _figures(
    rows: list[AccountRow], running: list[AccountRow], due: list[Due], look: Look, today: date
) -> list[Figure]:
    unfiled = [row for row in running if row.filed_on is None]
    filing = [one for one in due if one.action in ("file.new", "filed.new")]
    dormant = [found for found in look.checker.findings() if found.code == "zombie"]
    late = [one for one in due if one.late]
    platforms = len({row.platform for row in running})
    next_filing = f"最近一件{filing[0].tag}" if filing else "都已备案"
    sleeper = _asleep(dormant[0], today) if dormant else "都在更新"
    return [
        Figure(str(len(running)), "在用账号", f"{platforms} 个平台，已停用 {len(rows) - len(running)} 个", "blue"),
        Figure(str(len(unfiled)), "待备案", next_filing, "amber" if unfiled else "green"),
        Figure(str(len(dormant)), "疑似僵尸账号", sleeper, "red" if dormant else "green"),
        Figure(str(len(late)), "已超期事项", late[0].tag if late else "没有超期", "red" if late else "green"),
    ]


def _asleep(found: Finding, today: date) -> str:
    """Which account sleeps, and for how long; a long name is cut, for the tag must fit its card."""
    name = found.title if len(found.title) <= LONGEST else f"{found.title[: LONGEST - 1]}…"
    return f"{name} {(today - found.since).days} 天未更新" if found.since else name


def _line(one: Due) -> Line:
    from desktop.checking.catalogue import ACTIONS

    action = ACTIONS[one.action]
    errand = [one.action, action.form, one.record]
    return Line(one.title, one.basis, one.tag, one.tone, one.button, action.place, errand)


def keep(folder: Path, data: HomeData, today: date) -> None:
    """Keep the page as it was shown, for the next start."""
    content = {"stamp": _stamp(folder, today), "page": asdict(data)}
    paths.write_whole(folder / FILE, json.dumps(content, ensure_ascii=False).encode())


def kept(folder: Path, today: date) -> HomeData | None:
    """The page last shown, if everything it rests on is still the same."""
    file = folder / FILE
    if not file.exists():
        return None
    try:
        content = json.loads(file.read_text("utf-8"))
        if content["stamp"] != _stamp(folder, today):
            return None
        page = content["page"]
        return HomeData(
            page["subtitle"],
            page["unit"],
            [Figure(**one) for one in page["figures"]],
            [Line(**one) for one in page["due"]],
            [(name, weeks) for name, weeks in page["heat"]],
            [Line(**one) for one in page["steps"]],
        )
    except (ValueError, KeyError, TypeError):  # written by another version: the page is read anew in a moment
        return None


def _stamp(folder: Path, today: date) -> list[Any]:
    file = folder / paths.STORE_FILE
    found = file.stat() if file.exists() else None
    log = file.with_name(file.name + "-wal")
    return [
        __version__,
        today.isoformat(),
        found.st_mtime_ns if found else 0,
        found.st_size if found else 0,
        log.stat().st_size if log.exists() else 0,
    ]
