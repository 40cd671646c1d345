"""What records give to forms: 自查表 and 年审表 from a run, 变更备案表 and 关停注销申请表 from a life-cycle filing.

Every statement on the sheets is worded so that 是 is in order; where nothing is known the cell is left to the clerk.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from desktop import accounts, assignments, custody_sheets, inspections, lifecycle, people, rectification
from desktop.accounts import Account
from desktop.checking.catalogue import Severity
from desktop.checking.facts import RUNNERS
from desktop.checking.filing import CANCEL, CHANGE, CLOSE
from desktop.inspections import EXPLAINED, Inspection, InspectionAnswer, InspectionFinding
from desktop.lifecycle import LifeFiling
from desktop.questions import NO, NOT_APPLICABLE, YES
from desktop.rules import shift
from desktop.store.history import Change, story_of

if TYPE_CHECKING:
    from desktop.forms.definition import Form
    from desktop.store import Store

NOTE_ROOM = 40  # characters: what the remark column of the 自查表 holds in small type
CHECK_SHEET, YEARLY_SHEET, CLOSING_NOTICE = "zichabiao", "nianshenbiao", "guantinggonggao"
FILED = ("unfiled", "change_unfiled", "filed_late", "missing_consent", "missing_signers", "missing_approval", "pledge")
ALIVE = ("zombie", "few_posts", "no_post_date")
REVIEWED = ("stages", "review_system", "no_keeper", "no_adviser", "no_editor")
KEPT = ("wrong_password_holder", "wrong_publisher", "private", "too_many_publishers")
TRAINED = ("untrained", "leaver_bound")
_CHECK = {
    "q_filed": FILED, "q_operation": ("no_figures", "no_keeper", "no_leader"), "q_review_first": REVIEWED,
    "q_alive": ALIVE, "q_hf_left": ("leaver_bound",),
}  # fmt: skip
_YEARLY = {"filed": FILED, "updated": ALIVE, "reviewed": REVIEWED, "kept": KEPT, "trained": TRAINED}
_ASKED = {
    "q_review_first": "q-review-first", "q_content": "q-content", "q_ideology": "q-ideology",
    "q_xn_careful": "q-xn-careful", "q_xn_operation": "q-xn-operation", "q_xn_sleeping": "q-xn-sleeping",
    "q_xn_politics": "q-xn-politics", "q_xn_typos": "q-xn-typos", "q_xn_untrue": "q-xn-untrue",
    "q_xn_links": "q-xn-links", "q_xn_opinion": "q-xn-opinion", "q_hf_form": "q-hf-form", "q_hf_left": "q-hf-left",
    "q_hf_cancelled": "q-hf-cancelled",
}  # fmt: skip
_ASKED_YEARLY = {"reviewed": "q-review-first", "content_ok": "q-content"}
_FIELDS = {"name": "账号名称", "upkeep": "维护方式", "certified": "官方认证", "body": "认证主体"}
_WORDS = {"1": YES, "0": NO, None: ""}


def check_sheet(session: Session, run: Inspection, account_id: int) -> dict[str, Any]:
    """The 自查表 of one account from a run."""
    given = _sheet(session, run, account_id, _CHECK, _ASKED)
    posted = session.get_one(Account, account_id).last_posted_on
    if posted is not None:
        given["q_hf_month"] = YES if posted >= shift(run.cutoff, -1, "个月") else NO
    found = _of_account(session, run, account_id)
    given["problems"] = "\n".join(one.what for one in found)
    given["measures"] = "\n".join(_measures(session, run, found))
    return given


def yearly_sheet(session: Session, run: Inspection, account_id: int) -> dict[str, Any]:
    """The 年审表 of one account from a run; the verdict is left to the committee that reviews."""
    given = _sheet(session, run, account_id, _YEARLY, _ASKED_YEARLY)
    owner = session.get_one(Account, account_id).bound_phone_owner
    if owner not in ("", "单位"):
        given["kept"] = NO
        given["kept_note"] = "；".join(filter(None, (given.get("kept_note", ""), f"绑定手机机主为{owner}")))
    found = _of_account(session, run, account_id)
    measures = _measures(session, run, found)
    said = [f"{one.what}{measure}" for one, measure in zip(found, measures, strict=True)]
    given["problems"] = "\n".join(said)
    return given


def _sheet(
    session: Session, run: Inspection, account_id: int, codes: dict[str, tuple[str, ...]], asked: dict[str, str]
) -> dict[str, Any]:
    """是 or 否 for each statement, with a note where it is 否."""
    found = _of_account(session, run, account_id)
    answers = [one for one in inspections.answers(session, run.id) if one.account_id in (None, account_id)]
    given: dict[str, Any] = {}
    for key in {**codes, **asked}:
        bad = _briefly([one for one in found if one.code in codes.get(key, ())])
        said = [one for one in answers if one.question_id == asked.get(key, "")]
        notes = bad + [one.note for one in said if one.note]
        verdict = _verdict(key in codes, bad, said)
        if verdict:
            given[key] = verdict
        if notes:
            given[f"{key}_note"] = "；".join(notes)
    return given


def _briefly(found: Sequence[InspectionFinding]) -> list[str]:
    """What was found, in the words of the finding where the cell has room for them, else by its name."""
    said = [one.what.rstrip("。") for one in found]
    return said if sum(map(len, said)) <= NOTE_ROOM else list(dict.fromkeys(one.name for one in found))


def _verdict(judged: bool, bad: Sequence[str], said: Sequence[InspectionAnswer]) -> str:
    """否 as soon as anything speaks against it; 是 only when nothing that was asked is still open."""
    if bad or any(one.faulty for one in said):
        return NO
    if any(not one.answer for one in said) or (not said and not judged):
        return ""
    if said and all(one.answer == NOT_APPLICABLE for one in said) and not judged:
        return ""
    return YES


def _of_account(session: Session, run: Inspection, account_id: int) -> list[InspectionFinding]:
    """What a run found wrong with an account and with the people who run it; not what was explained or only asked."""
    runners = {one.person_id for one in assignments.on(session, run.cutoff, account_id) if one.role in RUNNERS}
    return [
        one
        for one in inspections.findings(session, run.id)
        if one.verdict != EXPLAINED
        and one.severity < Severity.BLUE
        and (
            (one.subject_kind == "account" and one.subject_id == account_id)
            or (one.subject_kind == "person" and one.subject_id in runners)
        )
    ]


def _measures(session: Session, run: Inspection, found: Sequence[InspectionFinding]) -> list[str]:
    """What is done about each: from the rectification list where it stands there, else what the program advises."""
    taken = {one.origin: one for one in rectification.in_use(session)}
    said = []
    for one in found:
        item = taken.get(f"finding {one.id}")
        until = f"（{item.due_on} 前）" if item and item.due_on else ""
        done = f"已整改：{item.result}" if item and item.fixed_on else ""
        said.append(done or f"{item.measure if item and item.measure else one.todo}{until}")
    return said


def change_sheet(session: Session, filing: LifeFiling) -> dict[str, Any]:
    """The 变更备案表 of a change: what it was before and is now, read from the history; never a password."""
    rows = list(_changed_fields(session, filing))
    if "密码" in filing.field_list:
        rows.append({"item": "登录密码", "before": "", "after": f"{filing.happened_on} 更换"})
    if "后台管理人员" in filing.field_list:
        rows.append(_people_row(session, filing))
    return {
        "items": filing.fields,
        "changed_on": filing.happened_on.isoformat(),
        "changes": rows,
        "reason": filing.reason,
    }


def _changed_fields(session: Session, filing: LifeFiling) -> list[dict[str, str]]:
    causes = set(filing.cause.split(";"))
    made: dict[str, Change] = {}
    for action, change in story_of(session, "account", filing.account_id):
        if f"action {action.id}" in causes and change.field in _FIELDS:
            made[change.field] = change
    return [
        {"item": _FIELDS[field], "before": _plain(field, one.before), "after": _plain(field, one.after)}
        for field, one in made.items()
    ]


def _plain(field: str, text: str | None) -> str:
    return _WORDS.get(text, text or "") if field == "certified" else text or ""


def _people_row(session: Session, filing: LifeFiling) -> dict[str, str]:
    """Who ran the account before the newest turn of its people that the filing is about, and who after it.

    Whoever goes and whoever comes on the same day stand on different sides.
    """
    named = {one.id: f"{one.name}（{one.identity or '身份未登记'}）" for one in people.in_use(session)}
    runners = [one for one in assignments.of_account(session, filing.account_id) if one.role in RUNNERS]
    turns = [day for one in runners for day in (one.since, one.until) if day and day <= filing.happened_on]
    last = shift(max(turns, default=filing.happened_on), -1, "天")

    def listed(day: date, *, ending: bool) -> str:
        there = [one for one in runners if not one.since or one.since <= day]
        there = [one for one in there if not one.until or one.until > day or (ending and one.until == day)]
        return "、".join(dict.fromkeys(named.get(one.person_id, "") for one in there))

    return {
        "item": "后台管理人员",
        "before": listed(last, ending=True),
        "after": listed(filing.happened_on, ending=False),
    }


def closing_sheet(filing: LifeFiling) -> dict[str, Any]:
    """The 关停注销申请表 of a closing or cancellation."""
    kinds = {CLOSE: "关停并注销", CANCEL: "注销"}
    given = {"kind": kinds.get(filing.kind, "关停并注销"), "reason": filing.reason}
    for key, day in (("announce_on", filing.announced_on), ("frozen_until", filing.frozen_until)):
        if day is not None:
            given[key] = day.isoformat()
    return given


def given_for(session: Session, form_id: str, account_id: int) -> dict[str, Any]:
    """What is known for a form about an account: from the chain, its newest open filing or the newest run."""
    if form_id in (custody_sheets.CARD, custody_sheets.ENVELOPE):
        sheet = custody_sheets.card_sheet if form_id == custody_sheets.CARD else custody_sheets.envelope_sheet
        return sheet(session, account_id)
    if form_id in (CHECK_SHEET, YEARLY_SHEET):
        kind = inspections.SELF if form_id == CHECK_SHEET else inspections.YEARLY
        runs = inspections.in_use(session)
        run = next((one for one in runs if one.kind == kind), None) or next(iter(runs), None)
        if run is None:
            return {}
        return (check_sheet if form_id == CHECK_SHEET else yearly_sheet)(session, run, account_id)
    for filing in reversed(lifecycle.of_account(session, account_id)):
        if form_id == CLOSING_NOTICE and filing.kind in (CLOSE, CANCEL) and filing.withdrawn_on is None:
            return {"stop_on": filing.happened_on.isoformat()}
        if filing.form == form_id and filing.withdrawn_on is None and filing.filed_on is None:
            if filing.kind == CHANGE:
                return change_sheet(session, filing)
            return closing_sheet(filing) if filing.kind in (CLOSE, CANCEL) else {}
    return {}


def begin_all(store: Store, form: Form, run: Inspection, today: date) -> list[int]:
    """Begin one sheet for every account in use on the cut-off day, filled from a run; returns their numbers.

    An account whose sheet for this cut-off is begun already is passed over.
    """
    from desktop import filings

    with store.read() as session:
        states = accounts.states_on(session, run.cutoff)
        live = [one.id for one in accounts.in_use(session) if states.get(one.id) in accounts.RUNNING]
        sheet = check_sheet if form.id == CHECK_SHEET else yearly_sheet
        begun = {
            number
            for number in live
            if any(one.cutoff == run.cutoff for one in filings.of_subject(session, form.id, number))
        }
        given = {number: sheet(session, run, number) for number in live if number not in begun}
    return [
        filings.create(store, form, cutoff=run.cutoff, today=today, subject_id=number, given=values)
        for number, values in given.items()
    ]
