"""The exported register is pleasant to open and comes back without loss."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect

from desktop import exporting, sample
from desktop.accounts import STATES, Account, AccountStep
from desktop.assignments import ROLES, Assignment
from desktop.documents.registerbook import Table, workbook
from desktop.documents.sheets import read_sheets
from desktop.errors import FileBusy, Refused
from desktop.figures import MONTH, WEEK, Figure
from desktop.importing.fields import Subject
from desktop.importing.plan import accept, preview, propose
from desktop.importing.snapshot import Snapshot
from desktop.importing.verdicts import Verdict
from desktop.people import Person
from desktop.store import Store
from desktop.store.base import Record
from desktop.units import OWN, RELATIONS, SUBORDINATE, Unit

NOW = datetime(2026, 11, 20, 10)
KINDS: dict[type[Record], tuple[str, Subject]] = {
    Unit: ("unit", Subject.UNITS), Account: ("account", Subject.ACCOUNTS), Person: ("person", Subject.PEOPLE),
    Assignment: ("duty", Subject.DUTIES), Figure: ("figure", Subject.FIGURES), AccountStep: ("step", Subject.STEPS),
}  # fmt: skip
LINKS = {"unit_id", "parent_id", "account_id", "person_id"}


@contextmanager
def opened(folder: Path) -> Iterator[Store]:
    with Store.open(folder, actor="赵示例", clock=lambda: NOW) as store:
        yield store


def facts(store: Store) -> list[object]:
    """Everything in use, links followed by position, so that two registers can be compared."""
    with store.read() as session:
        snapshot = Snapshot(session, loose=False)
        lists: list[list[Any]] = [
            snapshot.units, snapshot.people, snapshot.accounts, snapshot.duties, snapshot.figures, snapshot.steps,
        ]  # fmt: skip
        places = {
            id(record): (number, position) for number, each in enumerate(lists) for position, record in enumerate(each)
        }
        found: list[object] = []
        for record in (record for each in lists for record in each):
            columns = [c.key for c in inspect(type(record)).column_attrs if c.key not in {"id", "trashed_at", "state"}]
            if isinstance(record, AccountStep):
                columns.append("state")
            plain = {key: getattr(record, key) for key in columns if key not in LINKS}
            links = {key: snapshot.linked(record, key) for key in columns if key in LINKS}
            found.append((type(record).__name__, plain, {key: places.get(id(to)) for key, to in links.items()}))
    return found


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty register, made once and copied: making one takes longer than a round trip."""
    folder = tmp_path_factory.mktemp("blank") / "store"
    with opened(folder):
        return folder


def round_trip(store: Store, folder: Path) -> list[object]:
    book = read_sheets(exporting.write_register(store, folder / "台账.xlsx"))
    with opened(folder / "second") as second:
        shown = preview(second, book.source, propose(book).plans)
        assert {line.verdict for _, line in shown.lines()} <= {Verdict.NEW}
        assert shown.odd() == 0
        accept(second, shown)
        return facts(second)


def test_every_column_of_the_register_is_exported() -> None:
    for kind, (prefix, subject) in KINDS.items():
        columns = {column.key for column in inspect(kind).local_table.columns} - {"id", "trashed_at"} - LINKS
        exported = {key.partition(".")[2] for key in exporting.COLUMNS[subject] if key.startswith(f"{prefix}.")}
        assert columns <= exported, kind


def test_the_sample_office_comes_back_without_loss(tmp_path: Path) -> None:
    with opened(tmp_path / "first") as store:
        sample.build(store, NOW.date())
        assert round_trip(store, tmp_path) == facts(store)


def test_a_register_compared_with_its_own_export_is_the_same(tmp_path: Path) -> None:
    with opened(tmp_path / "first") as store:
        sample.build(store, NOW.date())
        book = read_sheets(exporting.write_register(store, tmp_path / "台账.xlsx"))
        shown = preview(store, book.source, propose(book).plans)
    assert set(shown.counts()) == {Verdict.SAME}


def test_equal_registers_give_equal_files(tmp_path: Path) -> None:
    with opened(tmp_path / "first") as store:
        sample.build(store, NOW.date())
        first = exporting.write_register(store, tmp_path / "一.xlsx").read_bytes()
        store.clock = lambda: NOW + timedelta(minutes=5)
        assert exporting.write_register(store, tmp_path / "二.xlsx").read_bytes() == first
    with zipfile.ZipFile(tmp_path / "一.xlsx") as book:
        assert {member.date_time for member in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"dcterms" not in book.read("docProps/core.xml")


def test_a_cell_changed_in_the_export_is_the_only_difference(tmp_path: Path) -> None:
    with opened(tmp_path / "first") as store:
        sample.build(store, NOW.date())
        path = exporting.write_register(store, tmp_path / "台账.xlsx")
        book = openpyxl.load_workbook(path)
        page: Any = book["账号"]
        labels = [cell.value for cell in page[1]]
        page.cell(2, labels.index("备注") + 1).value = "改过"
        book.save(path)
        read = read_sheets(path)
        shown = preview(store, read.source, propose(read).plans)
        (line,) = [line for _, line in shown.lines() if line.verdict is not Verdict.SAME]
        assert [str(change) for change in line.changes] == ["备注：空 → “改过”"]
        accept(store, shown)
        assert propose(read)
        again = preview(store, read.source, propose(read).plans)
    assert set(again.counts()) == {Verdict.SAME}


WORDS = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"], max_codepoint=0x2FFFF), st.sampled_from(" \n\t=+-@'\"_x005F_号“”0")
    ),
    max_size=12,
)
NAMES = st.one_of(st.sampled_from(["甲", "乙", "A b", "ab"]), WORDS).filter(bool)
DAYS = st.one_of(st.none(), st.dates(date(1850, 1, 1), date(2100, 1, 1)))
FLAGS = st.one_of(st.none(), st.booleans())
COUNTS = st.one_of(st.none(), st.integers(0, 10**12))


def some(kind: type[Record], **fixed: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Values for every field of a record that is no link."""
    made: dict[str, st.SearchStrategy[Any]] = {}
    for column in inspect(kind).local_table.columns:
        if column.key not in LINKS | {"id", "trashed_at"}:
            of_type = {str: WORDS, date: DAYS, bool: FLAGS, int: COUNTS}[column.type.python_type]
            made[column.key] = fixed.get(column.key, of_type)
    return st.fixed_dictionaries(made)


UNITS = st.lists(some(Unit, name=NAMES, relation=st.sampled_from([r for r in RELATIONS if r != OWN])), max_size=3)
PEOPLE = st.lists(some(Person, name=NAMES), max_size=3)
ACCOUNTS = st.lists(some(Account, name=NAMES, platform=NAMES), max_size=3)
DUTIES = st.lists(some(Assignment, role=st.sampled_from(ROLES)), max_size=4)
FIGURES = st.lists(some(Figure, span=st.sampled_from([MONTH, WEEK]), start=st.dates(date(2000, 1, 1))), max_size=4)
STEPS = st.lists(some(AccountStep, state=st.sampled_from(STATES), on=st.dates(date(1999, 1, 1))), max_size=4)


@settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=25)
@given(units=UNITS, people=PEOPLE, accounts=ACCOUNTS, duties=DUTIES, figures=FIGURES, steps=STEPS, data=st.data())
def test_any_register_comes_back_without_loss(
    units: list[dict[str, Any]],
    people: list[dict[str, Any]],
    accounts: list[dict[str, Any]],
    duties: list[dict[str, Any]],
    figures: list[dict[str, Any]],
    steps: list[dict[str, Any]],
    data: st.DataObject,
    blank: Path,
) -> None:
    def one_of(records: list[Any], *, need: bool = False) -> Any:
        chosen = data.draw(st.sampled_from([*records, *([] if need else [None])]) if records or not need else st.none())
        return chosen.id if chosen is not None else None

    def filled(store: Store) -> list[object]:
        with store.write("做一个台账") as session:
            made_units = [Unit(**values) for values in units]
            if made_units and data.draw(st.booleans()):
                made_units[0].relation = OWN
            session.add_all(made_units)
            session.flush()
            for number, unit in enumerate(made_units):
                unit.parent_id = one_of(made_units[:number])
            made_people = [Person(unit_id=one_of(made_units), **values) for values in people]
            made_accounts = [Account(unit_id=one_of(made_units), **values) for values in accounts]
            session.add_all([*made_people, *made_accounts])
            session.flush()
            if made_accounts:
                of = lambda: {"account_id": one_of(made_accounts, need=True)}  # noqa: E731
                session.add_all(Figure(**of(), **values) for values in figures)
                session.add_all(AccountStep(**of(), **values) for values in steps)
                if made_people:
                    who = lambda: {"person_id": one_of(made_people, need=True)}  # noqa: E731
                    session.add_all(Assignment(**of(), **who(), **values) for values in duties)
        return facts(store)

    with TemporaryDirectory() as name:
        folder = Path(name)
        for copy in ("first", "second"):
            shutil.copytree(blank, folder / copy)
        with opened(folder / "first") as store:
            before = filled(store)
            if before:
                assert round_trip(store, folder) == before


def test_the_own_unit_of_another_office_does_not_become_ours(tmp_path: Path) -> None:
    with opened(tmp_path / "first") as store:
        with store.write("本单位") as session:
            session.add(Unit(name="共青团林川县委员会", relation=OWN))
        path = exporting.write_register(store, tmp_path / "台账.xlsx")
    with opened(tmp_path / "second") as store:
        with store.write("本单位") as session:
            session.add(Unit(name="共青团青溪镇委员会", relation=OWN))
        book = read_sheets(path)
        shown = preview(store, book.source, propose(book).plans)
        (line,) = [line for _, line in shown.lines()]
        assert "台账里的本单位是“共青团青溪镇委员会”" in line.defects[0].what
        accept(store, shown)
        with store.read() as session:
            relations = {unit.name: unit.relation for unit in Snapshot(session, loose=False).units}
    assert relations == {"共青团青溪镇委员会": OWN, "共青团林川县委员会": SUBORDINATE}


def test_the_export_is_dressed_for_reading_and_printing(tmp_path: Path) -> None:
    with opened(tmp_path / "first") as store:
        sample.build(store, NOW.date())
        book = openpyxl.load_workbook(exporting.write_register(store, tmp_path / "台账.xlsx"))
    assert book.sheetnames == [subject.value for subject in exporting.COLUMNS]
    page: Any = book["人员"]
    labels = [cell.value for cell in page[1]]
    mobile = page.cell(2, labels.index("手机") + 1)
    assert (mobile.data_type, mobile.number_format) == ("s", "@")
    assert page.freeze_panes == "D2"
    assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "landscape")
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.print_title_rows == "$1:$1"
    assert page.column_dimensions["B"].width > 6
    assert page["A1"].font.bold


def test_the_export_prints_whole_columns_on_a4(tmp_path: Path, soffice: Callable[..., Path]) -> None:
    import pdfplumber

    with opened(tmp_path / "first") as store:
        sample.build(store, NOW.date())
        path = exporting.write_register(store, tmp_path / "台账.xlsx")
    with pdfplumber.open(soffice(path)) as pdf:
        first = pdf.pages[0]
        assert (round(first.width), round(first.height)) == (842, 595)
        text = first.extract_text()
    assert "共青团林川县委员会 新媒体账号台账" in text
    assert "现任运营人员" in text.replace("\n", "")


def test_a_text_longer_than_a_cell_is_refused_by_its_place() -> None:
    with pytest.raises(Refused, match="第 2 行"):
        workbook([Table("账号", ["备注"], [["长" * 40_000]])], "台账")


def test_a_target_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with opened(tmp_path / "first") as store:
        (tmp_path / "台账.xlsx").mkdir()
        with pytest.raises((Refused, FileBusy)):
            exporting.write_register(store, tmp_path / "台账.xlsx")
