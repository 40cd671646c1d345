"""Whose signatures count: compared, issued, unknown, revoked; kept in the store, with private keys in the vault."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID
from sqlalchemy import text

from desktop import certificates, cli, signers, trust
from desktop.certificates import issue, joined, make_own, make_root
from desktop.dates import chinese
from desktop.documents.signatures import markup, names
from desktop.documents.signatures.canonical import digest
from desktop.documents.signatures.identity import Identity
from desktop.documents.signatures.markup import Statement
from desktop.documents.signatures.wording import headline, sentences
from desktop.documents.signing import sign
from desktop.documents.verifying import State, Trust, verify
from desktop.errors import Locked, Refused, StoreRefused
from desktop.store import Store
from desktop.vault import Vault
from tests.signature_judges import NOW, word_file

TODAY = NOW.date()
PASSPHRASE = "林川 test-only 口令"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data", actor="赵示例", clock=lambda: datetime(2026, 11, 20, 12)) as opened:
        yield opened


@pytest.fixture(scope="module")
def root() -> Identity:
    return make_root("共青团林川市委员会根证书", NOW)


@pytest.fixture(scope="module")
def unit() -> Identity:
    return make_own("共青团林川县委员会", NOW)


@pytest.fixture(scope="module")
def member(root: Identity, unit: Identity) -> Identity:
    return joined(unit, issue(root, unit.certificate, NOW), [root.certificate])


def verdict(store: Store, who: Identity, signed_at: datetime = NOW) -> tuple[Trust, str]:
    with store.read() as session:
        report = verify(sign(word_file(), who, signed_at), "表.docx", trust.judge(session))
    assert report.state is State.VALID
    return report.signatures[0].judgement.trust, report.signatures[0].judgement.why


def test_unknown_until_compared(store: Store, unit: Identity) -> None:
    assert verdict(store, unit)[0] is Trust.UNKNOWN
    with store.write("核对") as session, pytest.raises(Refused, match="怎样核对"):
        trust.pin(session, unit.certificate, " ", TODAY)
    with store.write("核对") as session:
        row = trust.pin(session, unit.certificate, "电话核对", TODAY)
    assert verdict(store, unit) == (Trust.PINNED, "指纹已核对（电话核对）。")
    with store.write("撤回") as session:
        trust.forget(session, row, store.clock())
    assert verdict(store, unit)[0] is Trust.UNKNOWN
    store.undo()
    assert verdict(store, unit)[0] is Trust.PINNED


def test_issued_by_a_recognised_root_until_its_list_says_otherwise(
    store: Store, root: Identity, member: Identity
) -> None:
    assert verdict(store, member)[0] is Trust.UNKNOWN
    revoked = certificates.revoke(root, [member.certificate], None, NOW)
    with store.write("导入") as session, pytest.raises(Refused, match="不是任何已认定的根证书"):
        trust.add_list(session, revoked)
    with store.write("根证书") as session:
        trust.trust_root(session, root.certificate, "上级当面发放", TODAY)
    assert verdict(store, member) == (Trust.ISSUED, "由“共青团林川市委员会根证书”签发。")
    with store.write("导入") as session:
        trust.add_list(session, revoked)
    found, why = verdict(store, member)
    assert found is Trust.REVOKED and "2026年11月20日吊销" in why
    with store.write("核对") as session, pytest.raises(Refused, match="已被吊销"):
        trust.pin(session, member.certificate, "电话核对", TODAY)


def test_a_revoked_signer_is_never_accepted(store: Store, unit: Identity) -> None:
    with store.write("作废") as session:
        trust.distrust(session, unit.certificate, "私钥遗失", TODAY)
    with store.read() as session:
        report = verify(sign(word_file(), unit, NOW), "表.docx", trust.judge(session))
    assert report.state is State.VALID and not report.accepted
    assert report.signatures[0].judgement.why == "本单位已作废这张证书：私钥遗失。"
    assert "吊销" in headline(report)


def test_an_older_list_is_refused(store: Store, root: Identity, member: Identity) -> None:
    first = certificates.revoke(root, [], None, NOW)
    second = certificates.revoke(root, [member.certificate], first, NOW)
    with store.write("导入") as session:
        trust.trust_root(session, root.certificate, "当面", TODAY)
        trust.add_list(session, second)
    with store.write("导入") as session, pytest.raises(Refused, match="第 1 号是旧的"):
        trust.add_list(session, first)
    assert verdict(store, member)[0] is Trust.REVOKED


def test_a_list_that_ran_out_is_remarked_on(store: Store, root: Identity, member: Identity, unit: Identity) -> None:
    """It still counts, but says nothing of what was revoked since."""
    first = certificates.revoke(root, [], None, NOW)
    second = certificates.revoke(root, [], first, NOW + timedelta(days=30))
    content, due = sign(word_file(), member, NOW), first.next_update_utc
    assert due is not None

    def remarks(now: datetime, *more: x509.CertificateRevocationList, content: bytes = content) -> str:
        with store.read() as session:
            judge = trust.from_files((), (), more, trust.judge(session))
        report = verify(content, "表.docx", judge, now)
        assert report.accepted and all(one in "\n".join(sentences(report)) for one in report.signatures[0].remarks)
        return "".join(report.signatures[0].remarks)

    with store.write("导入") as session:
        trust.trust_root(session, root.certificate, "当面", TODAY)
    late = due + timedelta(seconds=1)
    assert remarks(late) == "", "no list was ever published"
    with store.write("导入") as session:
        trust.add_list(session, first)
    assert remarks(due) == ""
    day = chinese(due.astimezone().date())
    assert f"吊销列表应于 {day}前更新，已经过期" in remarks(late) and "索取最新的吊销列表" in remarks(late)
    assert remarks(late, second) == "", "a newer one was handed over with the file"
    assert remarks(late, content=sign(word_file(), unit, NOW)) == "", "not the list of this signer's issuer"


def test_a_signature_outside_the_term_proves_nothing(store: Store, unit: Identity) -> None:
    with store.write("核对") as session:
        trust.pin(session, unit.certificate, "电话核对", TODAY)
    for moment in (NOW - timedelta(days=1), NOW.replace(year=2031)):
        assert verdict(store, unit, moment) == (Trust.UNKNOWN, "签名时间不在证书有效期内，不能认定签名人。")


def test_a_signature_without_time_proves_nothing(store: Store, unit: Identity, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or whoever holds the key of a certificate that ran out would only have to leave the time away."""
    with store.write("核对") as session:
        trust.pin(session, unit.certificate, "电话核对", TODAY)
    monkeypatch.setattr(Statement, "time", property(lambda _: ""))
    assert verdict(store, unit) == (Trust.UNKNOWN, "签名没有写明时间，不能认定签名人。")


def test_times_that_a_receiver_should_look_at(unit: Identity) -> None:
    content = sign(word_file(), unit, NOW)
    end = unit.certificate.not_valid_after_utc

    def remarks(now: datetime) -> str:
        return "".join(verify(content, now=now).signatures[0].remarks)

    assert remarks(NOW) == remarks(NOW - timedelta(minutes=59)) == remarks(end) == ""
    assert "签名时间晚于现在" in remarks(NOW - timedelta(hours=2))
    assert "到期" in remarks(end + timedelta(seconds=1))


def test_digests_of_an_outdated_kind_are_remarked_on(unit: Identity, monkeypatch: pytest.MonkeyPatch) -> None:
    """As Office 2010 signed: the method may be new, what stands for the content is old."""
    sha1 = names.DS + "sha1"
    monkeypatch.setattr(markup, "digest", lambda content: digest(content, sha1))
    monkeypatch.setattr(markup, "_DIGEST_METHOD", f'<DigestMethod Algorithm="{sha1}"/>')
    report = verify(sign(word_file(), unit, NOW))
    assert report.accepted and [one for one in report.signatures[0].remarks if "SHA-1" in one]
    monkeypatch.undo()
    assert not verify(sign(word_file(), unit, NOW)).signatures[0].remarks


def made_by(issuer: Identity, name: str, *extensions: x509.ExtensionType) -> Identity:
    """A certificate with just these extensions."""
    own = make_own(name, NOW)
    subject, above = own.certificate.subject, issuer.certificate.subject
    builder = certificates._builder(subject, above, own.key.public_key(), NOW, 1)
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return Identity(own.key, builder.sign(issuer.key, hashes.SHA256()))


@pytest.mark.parametrize(
    "extension",
    [
        certificates._usage(key_cert_sign=True),
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]),
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.OCSP_SIGNING]),
    ],
    ids=["issuing only", "a web server", "times only"],
)
def test_a_certificate_issued_for_something_else_signs_no_documents(
    store: Store, root: Identity, extension: x509.ExtensionType
) -> None:
    with store.write("根证书") as session:
        trust.trust_root(session, root.certificate, "当面", TODAY)
    assert verdict(store, made_by(root, "网站", extension)) == (
        Trust.UNKNOWN,
        "这张证书不是发来签署文件的，不能认定签名人。",
    )
    assert verdict(store, made_by(root, "单位"))[0] is Trust.ISSUED


def test_a_key_that_may_not_issue_is_no_root(store: Store, unit: Identity) -> None:
    own = make_own("只能签名", NOW)
    builder = certificates._builder(
        own.certificate.subject, own.certificate.subject, own.key.public_key(), NOW, 5
    ).add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    free = builder.sign(own.key, hashes.SHA256())
    bound = builder.add_extension(certificates._usage(digital_signature=True), critical=True)
    assert certificates.is_root(free)
    with store.write("根证书") as session, pytest.raises(Refused, match="不是根证书"):
        trust.trust_root(session, bound.sign(own.key, hashes.SHA256()), "当面", TODAY)


def test_a_namesake_of_the_root_issues_nothing_here(store: Store, root: Identity, unit: Identity) -> None:
    impostor = make_root("共青团林川市委员会根证书", NOW)
    with store.write("根证书") as session:
        trust.trust_root(session, root.certificate, "当面", TODAY)
    forged = joined(unit, issue(impostor, unit.certificate, NOW), [impostor.certificate])
    assert verdict(store, forged)[0] is Trust.UNKNOWN
    with store.write("根证书") as session, pytest.raises(Refused, match="不是根证书"):
        trust.trust_root(session, unit.certificate, "当面", TODAY)


def between(root: Identity, path_length: int | None, *, ca: bool = True) -> Identity:
    """An authority below another one, as licensed authorities have."""
    own = make_root("中间证书", NOW)
    builder = certificates._builder(own.certificate.subject, root.certificate.subject, own.key.public_key(), NOW, 5)
    constraints = x509.BasicConstraints(ca=ca, path_length=path_length if ca else None)
    return Identity(own.key, builder.add_extension(constraints, critical=True).sign(root.key, hashes.SHA256()))


@pytest.mark.parametrize(("own_length", "ca", "expected"), [(None, True, Trust.ISSUED), (None, False, Trust.UNKNOWN)])
def test_authorities_in_between(
    store: Store, unit: Identity, own_length: int | None, ca: bool, expected: Trust
) -> None:
    top = make_root("总根证书", NOW)
    subject = top.certificate.subject
    builder = certificates._builder(subject, subject, top.key.public_key(), NOW, 5)
    constraints = x509.BasicConstraints(ca=True, path_length=own_length)
    open_top = Identity(top.key, builder.add_extension(constraints, critical=True).sign(top.key, hashes.SHA256()))
    middle = between(open_top, 0, ca=ca)
    builder = certificates._for_signing(
        certificates._builder(unit.certificate.subject, middle.certificate.subject, unit.key.public_key(), NOW, 1)
    )
    who = Identity(unit.key, builder.sign(middle.key, hashes.SHA256()), (middle.certificate,))
    with store.write("根证书") as session:
        trust.trust_root(session, open_top.certificate, "当面", TODAY)
    assert verdict(store, who)[0] is expected


def test_our_own_roots_allow_nothing_in_between(store: Store, root: Identity, unit: Identity) -> None:
    middle = between(root, 0)
    builder = certificates._for_signing(
        certificates._builder(unit.certificate.subject, middle.certificate.subject, unit.key.public_key(), NOW, 1)
    )
    who = Identity(unit.key, builder.sign(middle.key, hashes.SHA256()), (middle.certificate,))
    with store.write("根证书") as session:
        trust.trust_root(session, root.certificate, "当面", TODAY)
    assert verdict(store, who)[0] is Trust.UNKNOWN


@pytest.fixture
def vault(store: Store) -> Vault:
    made = Vault(store)
    made.prove_recovery(made.create(PASSPHRASE))
    return made


def test_keys_lie_in_the_vault_and_nowhere_else(store: Store, vault: Vault, unit: Identity) -> None:
    from cryptography.hazmat.primitives import serialization

    row = signers.keep(store, vault, unit)
    assert (row.kind, row.holder, row.until) == (signers.UNIT, "共青团林川县委员会", TODAY.replace(year=2029))
    again = signers.identity(vault, row)
    assert again.key.private_numbers() == unit.key.private_numbers() and again.certificate == unit.certificate
    vault.lock()
    with pytest.raises(Locked):
        signers.identity(vault, row)
    secret = unit.key.private_numbers().d.to_bytes(384, "big")[:64]
    der = unit.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with store.read() as session:
        session.execute(text("SELECT 1"))
    for file in store.folder.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert secret not in content and der[100:200] not in content, file


def test_a_superior_issues_and_revokes(store: Store, vault: Vault, unit: Identity) -> None:
    row = signers.keep(store, vault, make_root("共青团林川市委员会根证书", NOW))
    assert row.kind == signers.ROOT
    made = signers.issue(store, vault, row, unit.certificate, NOW)
    certificate = certificates.read_certificate(made.pem.encode())
    with store.write("根证书") as session:
        trust.trust_root(session, signers.identity(vault, row).certificate, "本单位自制", TODAY)
    member = joined(unit, certificate, [signers.identity(vault, row).certificate])
    assert verdict(store, member)[0] is Trust.ISSUED
    with pytest.raises(Refused, match="原因"):
        signers.revoke(store, vault, made, "", NOW)
    revoked = signers.revoke(store, vault, made, "换届", NOW)
    assert certificates.list_number(revoked) == 1
    assert verdict(store, member)[0] is Trust.REVOKED
    assert certificates.list_number(signers.publish(store, vault, row, NOW)) == 2
    with store.read() as session:
        (found,) = signers.issued(session)
        assert (found.revoked_on, found.why) == (TODAY, "换届")
        assert [one.kind for one in signers.own(session, signers.ROOT)] == [signers.ROOT]
        assert signers.own(session) == []


def test_the_unit_takes_over_what_the_superior_issued(
    store: Store, vault: Vault, unit: Identity, root: Identity
) -> None:
    row = signers.keep(store, vault, unit)
    given = issue(root, unit.certificate, NOW)
    with pytest.raises(Refused, match="不相配"):
        signers.accept(store, vault, row, root.certificate, root.certificate)
    kept = signers.accept(store, vault, row, given, root.certificate)
    who = signers.identity(vault, kept)
    assert who.certificate == given and who.chain == (root.certificate,)
    assert who.key.private_numbers() == unit.key.private_numbers()


def tuanmei(monkeypatch: pytest.MonkeyPatch, *words: object, given: str = PASSPHRASE) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{given}\n" * 3))
    return cli.run([str(word) for word in words])


def test_the_whole_way_by_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A superior makes a root, a unit a certificate; issued, signed, verified, compared, revoked."""

    def run(*words: object, given: str = PASSPHRASE) -> int:
        return tuanmei(monkeypatch, *words, given=given)

    def at(name: str) -> Path:
        return tmp_path / name

    assert run("cert", "make", "共青团林川市委员会", "--root", "-o", at("root.p12")) == 0
    assert run("cert", "export", at("root.p12"), "-o", at("root.cer")) == 0
    assert run("cert", "make", "共青团林川县委员会", "-o", at("unit.p12"), given="短") == 2
    assert run("cert", "make", "共青团林川县委员会", "-o", at("unit.p12")) == 0
    assert run("cert", "export", at("unit.p12"), "-o", at("unit.cer")) == 0
    assert run("cert", "issue", at("unit.cer"), "--root", at("root.p12"), "-o", at("issued.cer")) == 0
    assert run("cert", "join", at("unit.p12"), at("issued.cer"), "--root", at("root.cer"), "-o", at("new.p12")) == 0
    capsys.readouterr()
    assert run("cert", "show", at("new.p12")) == 0
    shown = capsys.readouterr().out
    assert "名称：共青团林川县委员会" in shown and "签发者：共青团林川市委员会" in shown
    at("表.docx").write_bytes(word_file())
    assert run("sign", at("表.docx"), "--p12", at("new.p12"), "-o", at("签.docx")) == 0
    assert run("verify", at("签.docx")) == 0
    assert run("verify", at("签.docx"), "--known") == 1
    assert run("verify", at("签.docx"), "--known", "--trust", at("root.cer")) == 0
    assert run("cert", "revoke", at("issued.cer"), "--root", at("root.p12"), "-o", at("1.crl")) == 0
    assert run("verify", at("签.docx"), "--trust", at("root.cer"), "--revoked", at("1.crl")) == 1
    assert run("cert", "import-list", at("1.crl")) == 2
    assert run("cert", "trust", at("root.cer"), "--how", "上级当面发放") == 0
    assert run("verify", at("签.docx"), "--known") == 0
    assert run("cert", "import-list", at("1.crl")) == 0
    capsys.readouterr()
    assert run("verify", at("签.docx"), "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["state"], found["accepted"], found["signatures"][0]["trust"]) == ("valid", False, "revoked")
    assert run("cert", "show", at("1.crl")) == 0
    assert run("cert", "pin", at("unit.cer"), "--how", "电话核对") == 0
    assert run("cert", "distrust", at("unit.cer"), "--why", "换届") == 0
    capsys.readouterr()
    assert run("cert", "list") == 0
    listed = capsys.readouterr().out
    assert "根证书  共青团林川市委员会" in listed and "已作废  共青团林川县委员会" in listed
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or PASSPHRASE.encode() not in file.read_bytes()


def test_verify_while_the_window_holds_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], unit: Identity, own_home: Path
) -> None:
    file = tmp_path / "签.docx"
    file.write_bytes(sign(word_file(), unit, NOW))
    with Store.open(own_home, actor="赵示例"):
        with pytest.raises(StoreRefused):
            Store.open(own_home)
        assert tuanmei(monkeypatch, "verify", file) == 0
    assert "本次不查已登记的证书" in capsys.readouterr().err
