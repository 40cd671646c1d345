"""Filings (填报): what the screen of guided filling sits on. Everything here is without Qt and may run on any thread.

Begin and open
    create(store, form, cutoff=…, today=…, subject_id=None, given=None, notice_id=None, due_on=None) → number
        prefilled from the register as of the cut-off. `forms.find(id)` gives the form (load it once, keep it).
        returned={tag: text} makes it from a sheet that was read back (desktop.reading) instead.
    open_draft(store, number, form) → Draft, a picture of one moment:
        draft.cell(tag) → Cell(text, origin, whence, known, gap; .corrected, .offered)
        draft.tags_of(step) → (tag, Field) in the order of the paper, rows of groups included
        draft.rows(group) → how many rows; draft.values → what is printed; draft.steps(remarks) → StepState for the left
        draft.with_text(tag, text) → the draft as it will be, for remarks and paper before the text is saved
    Tags: `leader`, and `other.2.running` for row 2 of the group `other`.

While typing (each well under a frame)
    save(store, number, tag, text)         one upsert, at every pause; title of the write is 填表, it is no undo step
    picture(store, number) → how the draft stands; put_back(store, number, picture) is the way back to it
    review(draft, today, calendar) → remarks in the order of the paper: RED stops 定稿, AMBER advises, GREEN agrees;
        remark.tag is the place to jump to, remark.step its step, remark.clause and remark.todo say why and what to do
    concerning(draft, findings) → remarks by the rule packs; findings of desktop.watch, made in the background
    filling.fill(form, draft.values, "docx") → bytes for the paper preview; raises BadValue only for characters that no
        document can hold
    add_row(store, number, group), drop_row(store, number, group, row)    rows after the dropped one move up

Register
    refresh(store, number, form, today) → changes   从台账刷新; own texts stay (change.kept)
    take_back(store, number, tag)                    use the register's value again
    offers(draft) → corrections that fit one field of the register; take_over(store, number, tag) writes one there
    carry_on(store, number, form) → tags             沿用上期, only where still empty
    answer(store, number, form, NIL | UNCHANGED | NORMAL) → sentence       only when form.statement is set

Done
    finalise(store, number, form, today, calendar) → FilingVersion; Refused names what stops it
    documents(store, number, form, kinds, number=0, masked=False) → files in memory
    export(files, folder) → paths, all or none; FileBusy when Word or WPS holds one
    remember_folder(store, number, folder), folder_of(store, number)   where those files lie on this machine
    reopen(store, number, reason, returned=False)    更正: the next version; versions(session, number) lists all
    to_paper(store, number, form, kind)              print, sign, scan, send (desktop.papers)
Lists: in_use(session), of_subject(session, form_id, subject_id), saved_at(session, number).
"""

from desktop.filings.clauses import concerning
from desktop.filings.drafts import (
    Cell,
    Draft,
    StepState,
    add_row,
    create,
    drop_row,
    open_draft,
    read_draft,
    save,
    take_back,
)
from desktop.filings.earlier import previous
from desktop.filings.finals import Document, answer, documents, export, facts, finalise, reopen, review, to_paper
from desktop.filings.folders import folder_of, remember_folder
from desktop.filings.register import Offer, carry_on, offers, refresh, take_over
from desktop.filings.rows import Change
from desktop.filings.tables import (
    ANSWERS,
    COMPUTED,
    DRAFT,
    FINAL,
    LAST,
    NIL,
    NORMAL,
    OWN,
    REGISTER,
    RETURNED,
    STATES,
    UNCHANGED,
    Filing,
    FilingValue,
    FilingVersion,
    in_use,
    of_subject,
    saved_at,
    size,
    versions,
)
from desktop.filings.undoing import Picture, picture, put_back

__all__ = [
    "ANSWERS",
    "COMPUTED",
    "DRAFT",
    "FINAL",
    "LAST",
    "NIL",
    "NORMAL",
    "OWN",
    "REGISTER",
    "RETURNED",
    "STATES",
    "UNCHANGED",
    "Cell",
    "Change",
    "Document",
    "Draft",
    "Filing",
    "FilingValue",
    "FilingVersion",
    "Offer",
    "Picture",
    "StepState",
    "add_row",
    "answer",
    "carry_on",
    "concerning",
    "create",
    "documents",
    "drop_row",
    "export",
    "facts",
    "finalise",
    "folder_of",
    "in_use",
    "of_subject",
    "offers",
    "open_draft",
    "picture",
    "previous",
    "put_back",
    "read_draft",
    "refresh",
    "remember_folder",
    "reopen",
    "review",
    "save",
    "saved_at",
    "size",
    "take_back",
    "take_over",
    "to_paper",
    "versions",
]
