"""The sample office (示例单位): an invented county committee, so that everything can be tried without real data."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop import (
    accounts,
    assignments,
    figures,
    paths,
    people,
    sample_custody,
    sample_rules,
    sample_submission,
    units,
)
from desktop.errors import Refused
from desktop.store.history import next_to_undo

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop.forms import Form
    from desktop.store import Store

OWN_NAME = "共青团林川县委员会"
FIGURE_MONTHS = 11
OWN_WORDS = {
    "tongjibiao": {
        "problems": "“青春林川”快手号长期未更新，拟整合关停；部分账号由学生运营，换届时交接不够及时。",
        "suggestions": "建议上级每年组织一次运营人员培训，统一数据口径和表格样式。",
    },
    "biangengbeian": {"handler": "赵示例"},
    "beianbiao": {"purpose": "发布工作动态、志愿服务招募和青年学习内容，每周更新一至两次，稿件审核后发布。"},
}
"""What the clerk of the sample office writes himself, by form and place."""
Shift = Callable[[Any], date | None]


def source() -> dict[str, Any]:
    """The sample as data (resources/sample/office.toml)."""
    return tomllib.loads((paths.bundled("resources") / "sample" / "office.toml").read_text("utf-8"))


def is_sample(store: Store) -> bool:
    """Whether the store holds nothing but the sample office, or nothing at all."""
    with store.read() as session:
        mine = units.own(session)
        return mine.name == OWN_NAME if mine else next_to_undo(session) is None


def build(store: Store, today: date) -> None:
    """Enter the sample office, with its dates moved so that the anchor day is `today`; once entered it stays.

    Raises:
        Refused: the store holds a real register.
    """
    if not is_sample(store):
        raise Refused(
            "数据文件夹里已有真实台账，示例没有写入。",
            where=str(store.folder),
            todo="请用环境变量 TUANMEI_HOME 指定另一个空文件夹。",
        )
    with store.read() as session:
        if units.own(session) is not None:
            return
    data = source()
    shift = _shifter(today - data["anchor"])
    with store.write("建立示例单位") as session:
        unit_ids = _units(session, data["unit"])
        person_ids = _people(session, data["people"], unit_ids, shift)
        account_ids = _accounts(session, data["accounts"], unit_ids, shift)
        for key, state, day, reason in data["steps"]["rows"]:
            account = session.get_one(accounts.Account, account_ids[key])
            accounts.move(session, account, state, shift(day) or today, reason)
        for key, person, role, since, until in data["assignments"]["rows"]:
            session.add(
                assignments.Assignment(
                    account_id=account_ids[key],
                    person_id=person_ids[person],
                    role=role,
                    since=shift(since),
                    until=shift(until),
                )
            )
        for row in data["figures"]["rows"]:
            session.add_all(_figures(account_ids[row[0]], row, today))
    sample_custody.play(store, today)
    sample_rules.play(store, today)
    sample_submission.build(store)


def _shifter(by: timedelta) -> Shift:
    def shift(text: Any) -> date | None:
        return date.fromisoformat(text) + by if text else None

    return shift


def _units(session: Session, rows: list[dict[str, Any]]) -> dict[str, int]:
    made: dict[str, units.Unit] = {}
    for row in rows:
        made[row["key"]] = units.Unit(**{key: value for key, value in row.items() if key not in ("key", "parent")})
    session.add_all(made.values())
    session.flush()
    for row in rows:
        if "parent" in row:
            made[row["key"]].parent_id = made[row["parent"]].id
    return {key: unit.id for key, unit in made.items()}


def _records(table: dict[str, Any], unit_ids: dict[str, int], shift: Shift) -> Iterator[tuple[str, dict[str, Any]]]:
    for row in table["rows"]:
        values = dict(zip(table["columns"], row, strict=True))
        key = values.pop("key")
        values["unit_id"] = unit_ids[values.pop("unit")]
        yield key, {name: shift(value) if name.endswith(("_on", "_until")) else value for name, value in values.items()}


def _people(session: Session, table: dict[str, Any], unit_ids: dict[str, int], shift: Shift) -> dict[str, int]:
    made = {key: people.Person(**values) for key, values in _records(table, unit_ids, shift)}
    session.add_all(made.values())
    session.flush()
    return {key: person.id for key, person in made.items()}


def _accounts(session: Session, table: dict[str, Any], unit_ids: dict[str, int], shift: Shift) -> dict[str, int]:
    names = {number: session.get_one(units.Unit, number).name for number in unit_ids.values()}
    made = {}
    for key, values in _records(table, unit_ids, shift):
        account = accounts.Account(**values, body=names[values["unit_id"]], body_kind="其他组织")
        made[key] = accounts.add(session, account, accounts.NORMAL, values["opened_on"], "开设").id
    return made


def _figures(account_id: int, row: list[Any], today: date) -> Iterator[figures.Figure]:
    _, followers, gained, posts, reads, weeks = row
    for back in range(min(FIGURE_MONTHS, today.month) if gained < followers else 1):
        month = date(today.year, today.month - back, 1)
        yield figures.Figure(
            account_id=account_id,
            span=figures.MONTH,
            start=month,
            posts=posts,
            reads=reads,
            followers=followers - gained * back,
        )
    for back, digit in enumerate(reversed(weeks)):
        start = figures.monday(today) - timedelta(weeks=back)
        yield figures.Figure(account_id=account_id, span=figures.WEEK, start=start, posts=int(digit))


def documents(store: Store, folder: Path, today: date) -> Iterator[Path]:
    """Write the sample office's documents into a folder, each yielded as soon as it is written.

    The two main forms, every further form its records fill, in all their formats, and the register as a workbook.
    """
    from desktop import filings, forms
    from desktop.exporting import write_register

    for form_id, subject in _wanted(store):
        form = forms.find(form_id)
        yield from filings.export(
            filings.documents(store, _final(store, form, subject, today), form, form.kinds), folder
        )
    yield write_register(store, folder / f"{OWN_NAME}_台账导出_{today}.xlsx")


def _wanted(store: Store) -> list[tuple[str, int | None]]:
    """Form and subject of every document that the records of the sample fill."""
    from desktop import lifecycle
    from desktop.checking.filing import CHANGE

    with store.read() as session:
        unfiled = [one.id for one in accounts.in_use(session) if one.filed_on is None]
        changed = [one.account_id for one in lifecycle.in_use(session) if one.kind == CHANGE and one.filed_on is None]
    return [
        ("tongjibiao", None),
        *(("beianbiao", number) for number in unfiled),
        ("zhanghaotaizhang", None),
        ("nianshenhuizong", None),
        *(("biangengbeian", number) for number in dict.fromkeys(changed)),
    ]


def _final(store: Store, form: Form, subject: int | None, today: date) -> int:
    """The final filing of a form about a subject, made when there is none yet."""
    from desktop import filings, sheets_given
    from desktop.workdays import WorkCalendar

    with store.read() as session:
        there = filings.of_subject(session, form.id, subject)
        given = sheets_given.given_for(session, form.id, subject) if subject and form.subject == "account" else {}
    if there:
        return there[0].id
    number = filings.create(store, form, cutoff=today, today=today, subject_id=subject, given=given)
    for tag, text in OWN_WORDS.get(form.id, {}).items():
        filings.save(store, number, tag, text)
    filings.finalise(store, number, form, today, WorkCalendar.load())
    return number
