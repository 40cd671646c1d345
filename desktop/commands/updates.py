"""`tuanmei update`, `tuanmei trust-key`: take in an update file, let a superior's packs count."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from desktop import paths
from desktop.commands import opened_store


def add(names: Any) -> None:
    """Add the commands to the grammar."""
    made = names.add_parser("update", help="导入更新包（程序，或规定、放假安排、表单），不用网络")
    made.add_argument("file", type=Path, metavar="更新包")
    made.add_argument("--check", action="store_true", help="只核对签名和版本，不导入")
    made.set_defaults(run=update)
    made = names.add_parser("trust-key", help="添加上级的公钥，以便导入上级签发的规定、放假安排和表单")
    made.add_argument("file", type=Path, metavar="公钥文件")
    made.set_defaults(run=trust)


def update(args: Namespace) -> int:
    """Check an update file, say what it brings, take it in."""
    from desktop import updating
    from desktop.updates.sealed import PACKS

    found = updating.read(args.file, paths.home())
    print("\n".join(updating.describe(found)))
    if args.check:
        return 0
    with opened_store() as store:
        if found.head.kind == PACKS:
            print(f"已导入。原有内容的备份：{updating.take_in(store, found)}")
            return 0
        setup = updating.unpack_setup(store, found)
    if updating.start_setup(setup):
        print("安装程序已启动。")
    else:
        print(f"请运行：sudo apt-get install '{setup}'")
    return 0


def trust(args: Namespace) -> int:
    """Add a superior's public key."""
    from desktop import updating

    key = updating.add_key(args.file, paths.make_private(paths.home()))
    print(f"已添加“{key.name}”的公钥，请打电话与对方核对指纹：{key.fingerprint}")
    return 0
