"""What the rule packs say about the accounts that a draft names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from desktop import platforms
from desktop.checking.findings import ACCOUNT, Finding
from desktop.filings.drafts import Draft
from desktop.forms.remarks import AMBER, Remark
from desktop.platforms import Platforms


def concerning(draft: Draft, findings: Iterable[Finding]) -> list[Remark]:
    """Findings of the inspection (desktop.watch) on accounts of this draft, as remarks beside their names.

    They advise and never stop 定稿: the form reports what is, the finding is mended in the register.
    """
    known = platforms.load()
    places = list(_named(draft, known))
    made = []
    for finding in findings:
        if finding.kind != ACCOUNT:
            continue
        account = _account(finding.title, known)
        for tag, label, step, named in places:
            mine = finding.id == draft.filing.subject_id if named is None else account in named
            if mine:
                clause = finding.cites[0] if finding.cites else ""
                made.append(Remark(tag, AMBER, f"{finding.title}：{finding.what}", clause, finding.todo, label, step))
                break
    return made


Named = set[tuple[str, str]] | None


def _named(draft: Draft, known: Platforms) -> Iterator[tuple[str, str, str, Named]]:
    """Places that name accounts: tag, label, step, and (platform, name) of each; None for the form's own account."""
    for step in draft.form.steps:
        for tag, field in draft.tags_of(step.id):
            source = field.source
            if draft.filing.subject == "account" and source is not None and source.name == "account.name":
                yield tag, field.label, step.id, None
            elif field.kind == "accounts":
                platform = source.arguments[0] if source is not None and source.arguments else ""
                yield tag, field.label, step.id, set(_accounts(draft.cell(tag).text, platform, known))


def _accounts(text: str, platform: str, known: Platforms) -> Iterator[tuple[str, str]]:
    """(platform, name) of each line; in the columns of other platforms the first line names the platform."""
    for line in text.split("\n"):
        before, colon, name = line.partition("：")
        platform = before if colon else platform
        yield _known(platform, known), (name if colon else line).strip()


def _account(title: str, known: Platforms) -> tuple[str, str]:
    """抖音“林川青年说” taken apart."""
    platform, _, name = title.partition("“")
    return _known(platform, known), name.rstrip("”")


def _known(platform: str, known: Platforms) -> str:
    found = known.find(platform)
    return found.name if found is not None else platform.strip()
