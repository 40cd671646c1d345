"""Columns of passwords: a list that has one is not read at all, for the register keeps no password."""

from __future__ import annotations

import re

from desktop.documents.cells import reference
from desktop.errors import BadFile
from desktop.importing.layout import Layout
from desktop.importing.matching import plain

_BRACKETS = re.compile(r"[（(\[【][^）)\]】]*[）)\]】]")
_SECRET = re.compile(r"(密码|口令|密钥|password|passwd|passcode|pwd|secret|totp)\d*$")
_ABOUT = re.compile(r"^(是否|有无|已|未)|掌握|保管|持有|知道|修改|更换|更新|强度|周期")


class HoldsPasswords(BadFile):
    """A list to be imported has a column of passwords."""


def is_secret(label: str) -> bool:
    """Whether what stands above a column says that passwords stand below it (密码, 登录口令, 账号/密码)."""
    return any(
        _SECRET.search(text) is not None and _ABOUT.search(text) is None
        for text in (plain(label), plain(_BRACKETS.sub("", label)))
    )


def refuse_passwords(sheet: str, layout: Layout) -> None:
    """Refuse a list with a column of passwords.

    Raises:
        HoldsPasswords: naming the column, and where passwords are imported instead.
    """
    for column, label in enumerate(layout.labels):
        if is_secret(label):
            raise HoldsPasswords(
                f"“{label.strip()}”这一列是密码，整份名单都没有读取。",
                where=f"{sheet} {reference(layout.header.stop - 1, column)}",
                todo="台账不收密码：请删去这一列再导入。密码请到“密码保管→导入导出→导入密码清单”读入，存进加密的保险柜。",
            )
