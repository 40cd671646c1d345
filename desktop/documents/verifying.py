"""What the signatures of a Word or Excel file prove: who signed, what is covered, what was altered, added or left out.

A damaged file gives a report as well. «valid» is said only of a signature that covers the whole package; whether the
signer is known is a question of its own, answered by the `judge` that the caller hands in (desktop/trust.py has one).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from desktop.dates import chinese
from desktop.documents.package import Package, open_package
from desktop.documents.signatures.checking import Checked, check
from desktop.documents.signatures.coverage import Uncovered, scope, uncovered
from desktop.documents.signatures.identity import common_name, fingerprint, holder
from desktop.documents.signatures.parts import Parts
from desktop.errors import BadFile

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

DISCLAIMER = (
    "本签名只在本组织内部证明文件由谁签、签后有没有被改动；它不是依法设立的电子认证机构支持的可靠电子签名，也不是电子公章，"
    "不能代替盖章。签名时间是签名人自己声明的。"
)
_CLOCKS = timedelta(hours=1)  # clocks of two office PCs differ by less


class State(StrEnum):
    """What holds of one signature, or of a file as a whole."""

    VALID = "valid"
    PARTIAL = "partial"
    INVALID = "invalid"
    UNSIGNED = "unsigned"
    DAMAGED = "damaged"


class Trust(StrEnum):
    """Whether the signer's certificate is known here."""

    PINNED = "pinned"
    ISSUED = "issued"
    UNKNOWN = "unknown"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is known of a certificate, with a sentence saying why.

    Attributes:
        lists_due: when the first of the revocation lists that were looked into should have been replaced (UTC).
    """

    trust: Trust
    why: str = ""
    lists_due: datetime | None = None


Judge = Callable[["Certificate", Sequence["Certificate"], datetime | None], Judgement]
"""(signer's certificate, further certificates of the signature, claimed time) -> judgement."""


def nobody_known(_: Certificate, __: Sequence[Certificate], ___: datetime | None) -> Judgement:
    """The judge of a program without trust store."""
    return Judgement(Trust.UNKNOWN, "没有核对过签名人的证书。")


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """What is known of one signature.

    Attributes:
        part: the signature part, `/_xmlsignatures/sig1.xml`.
        state: VALID, PARTIAL or INVALID.
        signer: the name in the certificate.
        issuer: the name of who issued it.
        fingerprint: SHA-256 of the certificate in groups of four digits; empty when there is none.
        certificate: the certificate itself.
        claimed_at: the time the signer claims, UTC.
        comment: what was signed for.
        role: the office in which was signed.
        line: SetupID of the signature line that it fills.
        method: name of the signature method.
        judgement: whether the signer is known.
        covered: how many parts the signature covers.
        altered: parts not as they were signed.
        removed: parts that were signed and are gone.
        added: parts and relationships that were not in the file when it was signed.
        unsigned: further parts and relationships outside the signature, left out or added, nobody can tell.
        problems: why it does not hold.
        remarks: what weakens it although it holds.
    """

    part: str
    state: State
    signer: str
    issuer: str
    fingerprint: str
    certificate: Certificate | None
    claimed_at: datetime | None
    comment: str
    role: str
    line: str
    method: str
    judgement: Judgement
    covered: int
    altered: tuple[str, ...]
    removed: tuple[str, ...]
    added: tuple[str, ...]
    unsigned: tuple[str, ...]
    problems: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def accepted(self) -> bool:
        """Whether it covers the whole file, holds, and its certificate is not revoked."""
        return self.state is State.VALID and self.judgement.trust is not Trust.REVOKED


@dataclass(frozen=True, slots=True)
class Report:
    """What is known of a file; `signatures` in the order in which they were added."""

    name: str
    state: State
    signatures: tuple[SignatureReport, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether there is a signature and every one covers the whole file, holds and is not revoked."""
        return self.state is State.VALID and all(one.accepted for one in self.signatures)


def verify(content: bytes, name: str = "", judge: Judge = nobody_known, now: datetime | None = None) -> Report:
    """Check every signature of a file; whatever is wrong with the file is in the report, nothing is raised for it.

    Args:
        content: the file.
        name: what the file is called in the report.
        judge: says of a signer's certificate whether it is known.
        now: the present moment with its zone, for remarks on certificates and revocation lists that ran out and on
            times still to come.
    """
    try:
        return verify_package(open_package(content, name), judge, now)
    except BadFile as error:
        return Report(name, State.DAMAGED, problems=(str(error),))


def verify_package(package: Package, judge: Judge = nobody_known, now: datetime | None = None) -> Report:
    """Check every signature of an open package.

    Raises:
        BadFile: the package is damaged; `verify` reports that instead.
    """
    package.main_part()
    parts = Parts(package)
    about = scope(parts)
    reports = []
    for part in about.signatures:
        found = _checked(parts, part)
        left = uncovered(parts, about, found.covered) if found.covered else Uncovered((), ())
        if package.stray:
            left = replace(left, unsigned=(*left.unsigned, f"夹在部件之外的 {package.stray} 字节"))
        if now is not None:
            _remark_on_time(found, now)
        report = _report(part, found, left, judge)
        reports.append(_remark_on_lists(report, now) if now is not None else report)
    return Report(package.name, _whole(reports), tuple(reports))


def _checked(parts: Parts, part: str) -> Checked:
    try:
        return check(parts, part)
    except BadFile as error:
        return Checked(problems=[str(error)])


def _remark_on_time(found: Checked, now: datetime) -> None:
    if found.claimed_at is not None and found.claimed_at > now + _CLOCKS:
        found.remarks.append("签名时间晚于现在：签名人的电脑时间不对，或时间不实。")
    if found.certificate is not None and (end := found.certificate.not_valid_after_utc) < now:
        day = chinese(end.astimezone().date())
        found.remarks.append(f"证书已于 {day}到期；签名时间是签名人自己声明的，请确认文件是到期前收到的。")


def _remark_on_lists(report: SignatureReport, now: datetime) -> SignatureReport:
    """An old list says nothing of what was revoked since (nextUpdate, RFC 5280 5.1.2.5)."""
    due = report.judgement.lists_due
    if due is None or due >= now:
        return report
    remark = (
        f"吊销列表应于 {chinese(due.astimezone().date())}前更新，已经过期，之后吊销的证书查不出来；"
        "请向签发单位索取最新的吊销列表并导入，再验证一次。"
    )
    return replace(report, remarks=(*report.remarks, remark))


def _whole(reports: Sequence[SignatureReport]) -> State:
    for state in (State.INVALID, State.PARTIAL, State.VALID):
        if any(one.state is state for one in reports):
            return state
    return State.UNSIGNED


def _report(part: str, found: Checked, left: Uncovered, judge: Judge) -> SignatureReport:
    if found.problems:
        state = State.INVALID
    elif left.added or left.unsigned:
        state = State.PARTIAL
    else:
        state = State.VALID
    certificate = found.certificate
    judgement = (
        judge(certificate, found.chain, found.claimed_at)
        if certificate is not None
        else Judgement(Trust.UNKNOWN, "签名里没有可读的证书。")
    )
    return SignatureReport(
        part=part,
        state=state,
        signer=holder(certificate) if certificate else "",
        issuer=common_name(certificate.issuer) if certificate else "",
        fingerprint=fingerprint(certificate) if certificate else "",
        certificate=certificate,
        claimed_at=found.claimed_at,
        comment=found.comment,
        role=found.role,
        line=found.line,
        method=found.method.rpartition("#")[2],
        judgement=judgement,
        covered=len(found.covered),
        altered=tuple(found.altered),
        removed=tuple(found.removed),
        added=left.added,
        unsigned=left.unsigned,
        problems=tuple(found.problems),
        remarks=tuple(found.remarks),
    )
