"""`tuanmei setting`: the settings and the facts of the own unit and the superior, as the settings page keeps them."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from desktop import paths, settings
from desktop.commands import opened_store
from desktop.errors import BadValue


def add(names: Any) -> None:
    """Add the command to the grammar."""
    made = names.add_parser("setting", help="列出设置；写名称和值就改一项")
    made.add_argument("name", nargs="?", metavar="名称", help="如“桌面提醒”")
    made.add_argument("value", nargs="?", metavar="值", help='如“否”；写 "" 清空')
    made.add_argument("--unit", choices=["本单位", "上级"], help="不是设置，是本单位或上级的资料，如“填报人”")
    made.set_defaults(run=run)


def run(args: Namespace) -> int:
    """List the settings, or the facts of a unit; with a name and a value set one.

    Raises:
        BadValue: there is none of this name, or the value does not fit it.
    """
    if args.name is not None and args.value is None:
        raise BadValue("没有写值。", todo=f'写法：tuanmei setting {args.name} 值；清空写 ""。')
    if args.unit is not None:
        return _unit(args)
    if args.name is None:
        kept = settings.load(paths.home())
        for item in settings.declared():
            print(f"{item.label}\t{item.told(kept)}\t{'、'.join(item.choices) or item.note}")
        return 0
    by_label = {item.label: item for item in settings.declared()}
    item = by_label[_known(args.name, by_label)]
    value = item.meant(args.value)
    with opened_store() as store:  # the window keeps its own copy: it must be closed
        kept = settings.load(store.folder)
        setattr(kept, item.name, value)
        kept.save(store.folder)
    print(f"{item.label}：{item.told(kept)}")
    return 0


def _unit(args: Namespace) -> int:
    from desktop import units

    fields = units.OWN_FIELDS if args.unit == units.OWN else units.SUPERIOR_FIELDS
    with opened_store() as store:
        if args.name is None:
            with store.read() as session:
                unit = units.own(session) if args.unit == units.OWN else units.superior(session)
            for key, label in fields.items():
                print(f"{label}\t{getattr(unit, key, '')}")
            return 0
        keys = {label: key for key, label in fields.items()}
        label = _known(args.name, keys)
        with store.write(f"修改{args.unit}资料") as session:
            units.fill(session, args.unit, keys[label], args.value.strip())
    print(f"{args.unit}{label}：{args.value.strip()}。撤销：tuanmei undo")
    return 0


def _known(name: str, offered: dict[str, Any]) -> str:
    if name not in offered:
        raise BadValue(f"没有“{name}”这一项。", todo=f"可以是{'、'.join(offered)}。")
    return name
