"""Units (单位): the own office, the superior committees, the units below."""

from __future__ import annotations

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from desktop.errors import BadValue, Refused
from desktop.store.base import Record

OWN, SUPERIOR, SUBORDINATE = "本单位", "上级", "下级"
RELATIONS = (OWN, SUPERIOR, SUBORDINATE)
LEVELS = ("省级", "市级", "县级", "乡镇街道", "机关部门", "校级", "院系", "社团", "其他")

OWN_FIELDS = {
    "name": "单位全称", "short_name": "简称", "level": "层级", "region_code": "行政区划代码", "leader": "分管领导",
    "leader_phone": "分管领导电话", "head": "部门负责人", "head_phone": "部门负责人电话", "contact": "填报人",
    "contact_phone": "联系电话", "email": "单位邮箱", "address": "地址", "seal_name": "公章名称", "seal_by": "代章单位",
}  # fmt: skip
SUPERIOR_FIELDS = {"name": "上一级团组织", "email": "报送邮箱", "contact": "联系人", "contact_phone": "联系电话"}
"""What the settings keep of the own unit and of the superior: attribute, and its name for the clerk."""


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


def fill(session: Session, relation: str, key: str, value: str) -> Unit:
    """Put a value into a field of the own unit or of the superior, which is entered when there is none yet.

    Raises:
        BadValue: the level is none of LEVELS.
    """
    if key == "level" and value and value not in LEVELS:
        raise BadValue(f"“{value}”不是层级。", todo=f"可以是{'、'.join(LEVELS)}。")
    unit = own(session) if relation == OWN else superior(session)
    if unit is None:
        unit = Unit(name="", relation=relation)
        session.add(unit)
        session.flush()
        mine = own(session)
        if relation == SUPERIOR and mine is not None:
            mine.parent_id = unit.id
    setattr(unit, key, value)
    return unit


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
