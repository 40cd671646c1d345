"""From draft to paper: remarks, 零报告 and 无变更, 定稿, versions, corrections, the files a clerk takes away."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from desktop import custody, dates, fingerprint, papers, units
from desktop.accounts import Account
from desktop.documents.masking import masked_name
from desktop.errors import Refused
from desktop.filings.drafts import Draft, editable, read_draft
from desktop.filings.earlier import flat, previous
from desktop.filings.tables import DRAFT, FINAL, NIL, NORMAL, OWN, RETURNED, Filing, FilingVersion, versions
from desktop.filling import file_name, fill
from desktop.forms import Form, Kind, Values
from desktop.forms.remarks import AMBER, GREEN, RED, Remark, red, remarks
from desktop.paths import write_whole

if TYPE_CHECKING:
    from desktop.store import Store
    from desktop.workdays import WorkCalendar


def review(draft: Draft, today: date, calendar: WorkCalendar | None = None) -> list[Remark]:
    """Every remark on a draft: those of the form, and what the register lacks; red ones stop 定稿.

    Under 零报告 and 无变更 only what every answer carries is asked for.
    """
    found = remarks(draft.form, draft.values, today, calendar)
    if draft.form.subject == "unit" and not draft.superior:
        todo = "请到“设置”登记上级团组织，备案和报送都以它为准。"
        found.insert(
            0, Remark("", RED, "没有登记上级团组织。", draft.form.clause, todo, "上级团组织", draft.form.steps[0].id)
        )
    if draft.filing.answer != NORMAL:
        return [remark for remark in found if remark.tag in draft.header or not remark.tag]
    faulty = {remark.tag for remark in found if remark.level == RED}
    found += [remark for remark in _gaps(draft) if remark.tag not in faulty]
    return [*found, *_agreeing(draft)]


def _gaps(draft: Draft) -> Iterator[Remark]:
    """What the register lacks for values that the clerk has not written himself."""
    for step in draft.form.steps:
        for tag, field in draft.tags_of(step.id):
            cell = draft.cell(tag)
            if cell.gap and not (cell.origin == OWN and cell.text.strip()):
                todo = "可到台账补登后“从台账刷新”，或直接填写。"
                yield Remark(tag, AMBER, f"{cell.gap}。", field.clause, todo, field.label, step.id)


def _agreeing(draft: Draft) -> Iterator[Remark]:
    """What was counted and agrees, said so that nobody counts again."""
    for field in draft.form.fields:
        if field.equals is None or field.equals.name != "count":
            continue
        result = draft.cell(field.key).text
        parts = [str(lines) for key in field.equals.arguments for lines in _lines(draft.values, key) if lines]
        if len(parts) > 1:
            said = f"{'＋'.join(parts)}＝{result}，合计与各项一致。"
            yield Remark(field.key, GREEN, said, label=field.label, step=field.step)


def _lines(values: Values, key: str) -> list[int]:
    first, _, member = key.partition(".")
    value = values.get(first, "")
    texts = [value] if isinstance(value, str) else [row.get(member, "") for row in value]
    return [len([line for line in text.split("\n") if line.strip()]) for text in texts]


def answer(store: Store, filing_id: int, form: Form, how: str, statement: str = "") -> str:
    """Answer with 零报告 or 无变更 instead of filling, or go back to filling; returns the sentence that is printed.

    What was typed stays in the draft, whatever the answer.

    Args:
        store: the store.
        filing_id: the draft.
        form: its form.
        how: one of ANSWERS.
        statement: the sentence to print; worded from what is known when left out.

    Raises:
        Refused: the form has no place for a sentence, or nothing was filed before that could be unchanged.
    """
    with store.write("改为填报" if how == NORMAL else f"以“{how}”答复") as session:
        filing = editable(session, filing_id)
        if how != NORMAL and not form.statement:
            raise Refused(f"“{form.title}”不能以{how}答复。", todo="请照常填写。")
        filing.answer = how
        filing.statement = "" if how == NORMAL else statement.strip() or _worded(session, filing, how)
        return filing.statement


def _worded(session: Session, filing: Filing, how: str) -> str:
    unit = units.need_own(session)
    if how == NIL:
        return f"零报告：截至{dates.chinese(filing.cutoff)}，{unit.name}没有应报的团属新媒体账号。"
    before = previous(session, filing)
    if before is None:
        raise Refused("没有前次申报，不能报“无变更”。", todo="请照常填写，下次即可报“无变更”。")
    who = unit.head or unit.leader
    since = dates.chinese(before[0].cutoff)
    return f"无变更：前次申报（截至{since}）的新媒体账号运行正常，没有变更。" + (f"负责人：{who}。" if who else "")


def finalise(
    store: Store, filing_id: int, form: Form, today: date, calendar: WorkCalendar | None = None
) -> FilingVersion:
    """定稿: freeze the values as the next version.

    Raises:
        Refused: red remarks stand, named; or it is final already.
    """
    with store.write("定稿") as session:
        filing = editable(session, filing_id)
        draft = read_draft(session, filing_id, form)
        stopping = red(review(draft, today, calendar))
        if stopping:
            first = "；".join(f"{remark.label}：{remark.what.rstrip('。')}" for remark in stopping[:3])
            more = f"等 {len(stopping)} 处" if len(stopping) > 3 else ""
            raise Refused(f"还不能定稿：{first}{more}。", todo="请改正后再定稿，草稿已保存。")
        # A 定稿 that was undone leaves its version behind: it may have been printed, so its number is never used again.
        filing.version = 1 + max((frozen.number for frozen in versions(session, filing_id)), default=0)
        filing.state = FINAL
        version = FilingVersion(
            filing_id=filing_id,
            number=filing.version,
            made_at=store.clock(),
            made_by=store.actor,
            answer=filing.answer,
            reason=filing.reason,
            content=json.dumps(draft.values, ensure_ascii=False, sort_keys=True),
            fingerprint=fingerprint.of_values(facts(form, draft.values)),
        )
        session.add(version)
        custody.note_printed(session, str(draft.values.get("chain", "")), form.title, store.clock())
        session.flush()
        return version


def facts(form: Form, values: Values) -> dict[str, str]:
    """The values by label, for the mark on paper and for the sheet of differences."""
    made = {}
    for tag, text in flat(form, values).items():
        key, _, rest = tag.partition(".")
        number, _, member = rest.partition(".")
        label = form.full_label(key, member)
        made[f"{label}（{number}）" if member else label] = text
    return made


def reopen(store: Store, filing_id: int, reason: str, *, returned: bool = False) -> None:
    """更正: open a final filing again as the draft of the next version; the versions before are kept.

    Args:
        store: the store.
        filing_id: the filing.
        reason: why, kept with the next version.
        returned: the superior sent it back.
    """
    with store.write("退回后更正" if returned else "更正") as session:
        filing = session.get_one(Filing, filing_id)
        if filing.state != FINAL:
            raise Refused(f"“{filing.title}”还没有定稿，可以直接改。")
        filing.state = RETURNED if returned else DRAFT
        filing.reason = reason.strip()


@dataclass(frozen=True)
class Document:
    """One file of a version, not yet written."""

    name: str
    kind: Kind
    content: bytes


def documents(
    store: Store, filing_id: int, form: Form, kinds: Sequence[Kind] = (), *, number: int = 0, masked: bool = False
) -> list[Document]:
    """The files of a version, named by the form's pattern; a corrected one says so in its name.

    Their footers carry the mark of the data version, which the list of papers and the scans show too.

    Args:
        store: the store.
        filing_id: the filing.
        form: its form.
        kinds: which formats; all of the form when left out.
        number: which version; the newest when left out.
        masked: with phone numbers hidden, for publishing.

    Raises:
        Refused: there is no such version.
    """
    with store.read() as session:
        filing = session.get_one(Filing, filing_id)
        frozen = versions(session, filing_id)
        chosen = next((v for v in reversed(frozen) if number in (0, v.number)), None)
        if chosen is None:
            raise Refused(f"“{filing.title}”还没有定稿。", todo="请先定稿再导出。")
        words = _words(session, filing, chosen)
    from desktop.documents.footmark import marked

    values: Values = chosen.values
    stem = file_name(form, values, words) + (f"_更正第{chosen.number}稿" if chosen.number > 1 else "")
    stem = masked_name(stem) if masked else stem

    def document(kind: Kind) -> Document:
        content = fill(form, values, kind, masked=masked)
        return Document(f"{stem}.{kind}", kind, marked(content, chosen.fingerprint, kind, stem))

    return [document(kind) for kind in kinds or form.kinds]


def _words(session: Session, filing: Filing, version: FilingVersion) -> dict[str, str]:
    account = session.get(Account, filing.subject_id) if filing.subject == "account" and filing.subject_id else None
    return {
        "unit": units.need_own(session).name,
        "year": str(filing.cutoff.year),
        "cutoff": filing.cutoff.isoformat(),
        "date": version.made_at.date().isoformat(),
        "account": account.name if account else "",
        "platform": account.platform if account else "",
        "person": filing.subject_name if filing.subject == "person" else "",
    }


def export(made: Sequence[Document], folder: Path) -> list[Path]:
    """Write files into a folder, all of them or none.

    Raises:
        FileBusy: one of them is open in Word, WPS or Excel; nothing was written.
        Refused: the folder cannot be written.
    """
    targets = [folder / document.name for document in made]
    before = {target: target.read_bytes() if target.is_file() else None for target in targets}
    written: list[Path] = []
    try:
        for document, target in zip(made, targets, strict=True):
            written.append(write_whole(target, document.content))
    except Refused:
        for target in written:
            earlier = before[target]
            if earlier is None:
                target.unlink()
            else:
                write_whole(target, earlier)
        raise
    return written


def to_paper(store: Store, filing_id: int, form: Form, kind: Kind) -> int:
    """Set the newest version on its way to be printed, signed and sent (desktop.papers); returns the paper's number.

    A corrected version begins the way anew on the same paper.
    """
    (document,) = documents(store, filing_id, form, [kind])
    path = papers.keep_file(store, document.name, document.content)
    with store.write(f"“{form.title}”转打印签章") as session:
        filing = session.get_one(Filing, filing_id)
        newest = versions(session, filing_id)[-1]
        about = f"（{filing.subject_name}）" if filing.subject != "unit" and filing.subject_name else ""
        title = f"{filing.title}{about}"  # not the file's name: a superior's rule makes another of it
        values = facts(form, newest.values)
        there = next((p for p in papers.in_use(session) if p.filing_id == filing_id), None)
        if there is None:
            from desktop.notices import Notice

            notice = session.get(Notice, filing.notice_id) if filing.notice_id else None
            there = papers.add(
                session, title, newest.made_at, values=values, path=path, notice=notice, filing_id=filing_id
            )
        else:
            papers.correct(session, there, newest.made_at, values, document.content)
            there.title, there.path = title, path
        return there.id
