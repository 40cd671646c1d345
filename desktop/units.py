"""Units (单位): the own office, the superior committees, the units below."""

from __future__ import annotations

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from desktop.errors import Refused
from desktop.store.base import Record

OWN, SUPERIOR, SUBORDINATE = "本单位", "上级", "下级"
RELATIONS = (OWN, SUPERIOR, SUBORDINATE)
LEVELS = ("省级", "市级", "县级", "乡镇街道", "机关部门", "校级", "院系", "社团", "其他")


class Unit(Record):
    """A committee, department, school or club.

    Attributes:
        relation: one of RELATIONS; exactly one unit in use is the own one.
        level: one of LEVELS.
        parent_id: the unit above it; for a club the one it is attached to (挂靠单位).
        leader: 分管领导. head: 部门负责人. contact: 联系人 or 填报人.
        seal_name: wording on the unit's seal; empty when it has none.
        seal_by: the unit that seals for it (代章单位), for clubs and branches without a seal.
        region_code: six digits of its 县级行政区划代码.
    """

    __tablename__ = "unit"

    name: Mapped[str] = mapped_column(index=True)
    short_name: Mapped[str] = mapped_column(default="")
    relation: Mapped[str] = mapped_column(default=SUBORDINATE)
    level: Mapped[str] = mapped_column(default="")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), default=None)
    leader: Mapped[str] = mapped_column(default="")
    leader_phone: Mapped[str] = mapped_column(default="")
    head: Mapped[str] = mapped_column(default="")
    head_phone: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="")
    contact_phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    seal_name: Mapped[str] = mapped_column(default="")
    seal_by: Mapped[str] = mapped_column(default="")
    region_code: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")


def in_use(session: Session, relation: str | None = None) -> list[Unit]:
    """All units not in the trash, of one relation when given, by name."""
    found = select(Unit).where(Unit.trashed_at.is_(None)).order_by(Unit.id)
    return list(session.scalars(found.where(Unit.relation == relation) if relation else found))


def own(session: Session) -> Unit | None:
    """The office's own unit, None before the first start is finished."""
    return next(iter(in_use(session, OWN)), None)


def superior(session: Session) -> Unit | None:
    """The committee the own unit files with: its parent, else the first superior one."""
    mine = own(session)
    if mine is not None and mine.parent_id is not None:
        return session.get(Unit, mine.parent_id)
    return next(iter(in_use(session, SUPERIOR)), None)


def need_own(session: Session) -> Unit:
    """The own unit.

    Raises:
        Refused: it has not been entered yet.
    """
    mine = own(session)
    if mine is None:
        raise Refused("还没有登记本单位。", todo="请先到“设置”填写本单位名称，或运行 tuanmei sample 查看示例。")
    return mine


def by_name(session: Session, name: str) -> Unit | None:
    """The unit in use with exactly this name."""
    return session.scalars(select(Unit).where(Unit.trashed_at.is_(None), Unit.name == name)).first()
