"""Deeds with a password: set, change in two phases, show, copy, destroy; each with its link of the chain.

The link is committed before a secret is handed out: a crash in between leaves a trace without a look, never a look
without a trace. Whoever is to take over an account sees nothing before the change has been filed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from desktop import custody, people
from desktop.accounts import Account
from desktop.credentials import KINDS, TOTP, Credential, need, refuse_unfiled, state_of, unfiled_receivers
from desktop.errors import BadValue, Refused
from desktop.people import Person
from desktop.store import Store
from desktop.vault import ARCHIVED, CURRENT, PLANNED, Vault, VaultSecret, find, totp


@dataclass(frozen=True)
class Secret:
    """What is sealed for one credential: login name, the password (seed, codes) and a note."""

    login: str
    password: str
    note: str = ""

    def __repr__(self) -> str:
        return "Secret(…)"

    def to_bytes(self) -> bytes:
        """As it is sealed."""
        return json.dumps([self.login, self.password, self.note], ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> Secret:
        """The way back of `to_bytes`."""
        return cls(*json.loads(content))


def operator(session: Session, store: Store) -> tuple[int | None, str]:
    """Who sits at the program, as number and name; the number only when the register knows exactly one of that name."""
    found = people.by_name(session, store.actor) if store.actor else []
    return (found[0].id if len(found) == 1 else None), store.actor or custody.NOBODY


def stranger(session: Session, store: Store) -> str:
    """Why the chain cannot tell who sits at the program, in a sentence; empty when the register knows the name once."""
    found = people.by_name(session, store.actor) if store.actor else []
    if len(found) == 1:
        return ""
    told = f"人员表里有 {len(found)} 位“{store.actor}”" if found else f"操作人“{store.actor}”不在人员表里"
    return f"{told if store.actor else '还没有填写操作人姓名'}，留痕认不出是谁；请在“设置”里写明，或在人员表里登记。"


def refuse_receiver(session: Session, store: Store, account: Account, *others: Person) -> None:
    """Refuse a deed of, or for, somebody who is to take over the account and whose filing is not done.

    Raises:
        Refused: naming the person.
    """
    if not unfiled_receivers(session, account.id):
        return
    sitting = people.by_name(session, store.actor) if store.actor else []
    refuse_unfiled(session, account, [person.id for person in (*sitting, *others)])


def deed_of(kind: str, account: Account, credential: Credential, version: int, **more: object) -> custody.Deed:
    """A deed about one credential, with the names as they are today."""
    return custody.Deed(
        kind,
        account=(account.id, account.title),
        credential=(credential.id, credential.kind),
        version=version,
        **more,  # type: ignore[arg-type]
    )


def register(
    store: Store,
    account_id: int,
    kind: str,
    *,
    vault: Vault | None = None,
    secret: Secret | None = None,
    reason: str = "",
) -> int:
    """Enter a credential of an account (设密), its secret into the vault when one is given; returns its number.

    Raises:
        BadValue: no such kind. Refused: the account has it already. Locked: a secret was given to a locked vault.
    """
    with store.write(f"登记{kind}") as session:
        account = session.get_one(Account, account_id)
        refuse_receiver(session, store, account)
        credential, version = _begin(session, store, account, kind)
        if secret is not None:
            if vault is None:
                raise Refused("没有打开的密码保险柜，不能存入密码。", todo="请先打开保险柜，或只登记不存密码。")
            vault.put(session, kind, credential.owner, _content(kind, secret), version=version)
        _entered(session, store, account, credential, version=version, reason=reason)
        return credential.id


def _content(kind: str, secret: Secret) -> bytes:
    """What is sealed, after looking whether it can be used at all.

    Raises:
        BadValue: an empty password, or no seed of a 动态口令.
    """
    if not secret.password:
        raise BadValue("没有填写密码。", todo="只登记保管情况的，不必存入。")
    if kind == TOTP:
        totp.read_seed(secret.password)
    return secret.to_bytes()


def _begin(session: Session, store: Store, account: Account, kind: str) -> tuple[Credential, int]:
    """The row of a credential and the number of its next password."""
    if kind not in KINDS:
        raise BadValue(f"“{kind}”不是密码种类。", todo="可选：" + "、".join(KINDS) + "。")
    existing = of_kind(session, account.id, kind)
    if existing is not None:
        return existing, _next_life(session, existing, account)
    made = Credential(account_id=account.id, kind=kind, made_at=store.clock())
    session.add(made)
    session.flush()
    return made, 1


def of_kind(session: Session, account_id: int, kind: str) -> Credential | None:
    """The credential of this kind that an account has or had."""
    wanted = select(Credential).where(Credential.account_id == account_id, Credential.kind == kind)
    return session.scalars(wanted).first()


def _entered(
    session: Session, store: Store, account: Account, credential: Credential, *, version: int, reason: str
) -> None:
    deed = deed_of(
        custody.SET, account, credential, version, person=operator(session, store), reason=reason or "登记密码"
    )
    custody.append(session, deed, at=store.clock(), actor=store.actor)


def enter(
    session: Session,
    store: Store,
    vault: Vault,
    account_id: int,
    *,
    kind: str,
    secret: Secret,
    reason: str,
    correct: bool = False,
) -> None:
    """Seal the password in use, in the caller's transaction; a credential that is not registered yet is registered.

    Only a clerk who corrects it may overwrite another one in use; a list may be older than what is sealed.

    Raises:
        Locked: the vault is locked. Refused: the operator is to take over the account, or another one is in use.
    """
    account = session.get_one(Account, account_id)
    refuse_receiver(session, store, account)
    existing = of_kind(session, account_id, kind)
    state = state_of(session, existing.id) if existing is not None else None
    if existing is None or state is None or state.destroyed:
        credential, version = _begin(session, store, account, kind)
        vault.put(session, kind, credential.owner, _content(kind, secret), version=version)
        _entered(session, store, account, credential, version=version, reason=reason)
        return
    sealed = find(session, kind, existing.owner)
    if sealed is not None and not correct:
        if Secret.from_bytes(vault.open_secret(sealed)).password == secret.password:
            return
        raise Refused(
            f"{account.title}的{kind}已存在保险柜里，与要存入的不同，没有改动。",
            todo="要存入的是旧密码的，请不要导入；平台上已经改过的，请用“更换”。",
        )
    vault.put(session, kind, existing.owner, _content(kind, secret), version=state.version)
    who = operator(session, store)
    deed = deed_of(custody.COPIED, account, existing, state.version, person=who, reason=f"存入保险柜：{reason}")
    custody.append(session, deed, at=store.clock(), actor=store.actor)


def keep_current(store: Store, vault: Vault, credential_id: int, secret: Secret) -> None:
    """Put the password in use into the vault, where only its ledger was kept so far, or correct what was typed wrong.

    Raises:
        Locked: the vault is locked. Refused: the operator is to take over the account.
    """
    with store.write("存入现用密码") as session:
        credential, account, _ = need(session, credential_id)
        reason = "更正存错的密码" if stored(session, credential) else "补存现用密码"
        enter(session, store, vault, account.id, kind=credential.kind, secret=secret, reason=reason, correct=True)


def _next_life(session: Session, credential: Credential, account: Account) -> int:
    state = state_of(session, credential.id)
    if not state.destroyed:
        raise Refused(f"{account.title}的{credential.kind}已登记。", todo="如已在平台改过密码，请用“更换”。")
    return state.version + 1


def plan(store: Store, vault: Vault, credential_id: int, secret: Secret) -> None:
    """Keep a new password before it is typed into the platform (拟改); the one in use stays until `confirm`.

    Raises:
        Locked: the vault is locked. Refused: the operator is to take over the account and may not see it yet.
    """
    with store.write("拟改密码") as session:
        credential, account, state = need(session, credential_id)
        refuse_receiver(session, store, account)
        content, version = _content(credential.kind, secret), state.version + 1
        vault.put(session, credential.kind, credential.owner, content, version=version, state=PLANNED)


def give_up(store: Store, credential_id: int) -> None:
    """Drop a planned password: it was not put in place."""
    with store.write("放弃拟改密码") as session:
        credential, _, _ = need(session, credential_id)
        session.execute(delete(VaultSecret).where(VaultSecret.owner == credential.owner, VaultSecret.state == PLANNED))


def confirm(
    store: Store, credential_id: int, *, reason: str = "", strength: str = "", handover_id: int | None = None
) -> int:
    """The password was changed on the platform: the planned one is in use, the old one archived; returns its version.

    Works without a vault too: then only the change is entered, and an older secret in the vault no longer counts.

    Raises:
        Refused: the operator is to take over the account, and its change has not been filed.
    """
    with store.write("更换密码") as session:
        credential, account, state = need(session, credential_id)
        refuse_receiver(session, store, account)
        version = state.version + 1
        for row in session.scalars(select(VaultSecret).where(VaultSecret.owner == credential.owner)):
            row.state = CURRENT if row.version == version else ARCHIVED
        deed = deed_of(
            custody.CHANGED,
            account,
            credential,
            version,
            person=operator(session, store),
            handover=(handover_id, None),
            reason=reason or "更换密码",
            detail=custody.details(强度=strength),
        )
        custody.append(session, deed, at=store.clock(), actor=store.actor)
        return version


def reveal(
    store: Store,
    vault: Vault,
    credential_id: int,
    *,
    reason: str,
    viewer_id: int | None = None,
    kind: str = custody.SEEN,
    state: str = CURRENT,
) -> Secret:
    """Hand out a secret after its trace has been committed.

    Args:
        store: where the trace goes.
        vault: open.
        credential_id: which.
        reason: why, in words; required.
        viewer_id: to whom it is shown; the operator when None.
        kind: 查看 or 复制.
        state: CURRENT, PLANNED (while changing it) or ARCHIVED (the newest old one, when the platform kept it).

    Raises:
        BadValue: no reason, or one that holds the secret itself. Locked: the vault is locked.
        Refused: nothing is stored, or the viewer was not given it, or is a receiver before the filing.
    """
    if len(reason.strip()) < 2:
        raise BadValue("查看密码须写明事由。", todo="如“发布推文”“平台要求重新登录”。")
    with store.write("查看密码") as session:
        credential, account, known = need(session, credential_id)
        viewer = session.get(Person, viewer_id) if viewer_id is not None else None
        refuse_receiver(session, store, account, *([viewer] if viewer else []))
        if viewer is not None:
            newest = state == CURRENT and known.may_see(viewer.id, store.clock().date())
            _refuse_viewer(session, store, viewer, account=account, newest=newest)
        sealed = find(session, credential.kind, credential.owner, state)
        if sealed is None:
            raise Refused(
                f"{account.title}的{credential.kind}没有存入保险柜。", todo="请向保管人或信封存放处索取，或先存入。"
            )
        if state == CURRENT:
            refuse_mislabelled(account, sealed, known.version)
        content = Secret.from_bytes(vault.open_secret(sealed))
        if content.password and content.password in reason:
            raise BadValue("事由里不能写密码。", todo="请只写为什么要看。")
        who = (viewer.id, viewer.name) if viewer is not None else operator(session, store)
        deed = deed_of(kind, account, credential, sealed.version, person=who, reason=reason)
        custody.append(session, deed, at=store.clock(), actor=store.actor)
    return content


def refuse_mislabelled(account: Account, sealed: VaultSecret, version: int) -> None:
    """Refuse a secret that calls itself the one in use and is not; only the chain can say so, the mark is not sealed.

    Raises:
        Refused: another version is in use.
    """
    if sealed.version != version:
        raise Refused(
            f"{account.title}的{sealed.kind}：保险柜里标为现用的是第 {sealed.version} 个，保管链上是第 {version} 个。",
            todo="数据可能被改动过，请核验保管链，并与最近的备份核对。",
        )


def _refuse_viewer(session: Session, store: Store, viewer: Person, *, account: Account, newest: bool) -> None:
    """A viewer other than the operator must have been given the newest password; `newest` says it is the one in use."""
    if viewer.id != operator(session, store)[0] and not newest:
        raise Refused(f"{viewer.name}没有领到{account.title}的现用密码，不能查看。", todo="请先办理发放或借用。")


def stored(session: Session, credential: Credential, state: str = CURRENT) -> bool:
    """Whether the vault holds the secret of a credential in this state."""
    return find(session, credential.kind, credential.owner, state) is not None


def destroy(store: Store, credential_id: int, reason: str) -> None:
    """The credential is no longer used (account cancelled, second factor removed): its secrets are wiped.

    Raises:
        BadValue: no reason.
    """
    if not reason.strip():
        raise BadValue("销毁密码须写明事由。", todo="如“账号已注销”。")
    with store.write("销毁密码") as session:
        credential, account, state = need(session, credential_id)
        session.execute(delete(VaultSecret).where(VaultSecret.owner == credential.owner))
        deed = deed_of(
            custody.DESTROYED, account, credential, state.version, person=operator(session, store), reason=reason
        )
        custody.append(session, deed, at=store.clock(), actor=store.actor)
