"""The code on the recovery sheet (恢复单): random, made to be read from paper and typed.

Seven groups of five: four characters of Crockford's base 32 (no I, L, O, U) and one that checks the group, 140 random
bits in all. A slip of the pen is named by its group.
"""

from __future__ import annotations

import secrets

from desktop.errors import BadValue

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS, LETTERS = 7, 4
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


def new_code() -> str:
    """A fresh code, groups joined by hyphens."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(LETTERS)) for _ in range(GROUPS))
    return "-".join(group + _check(group, at) for at, group in enumerate(groups))


def read_code(typed: str) -> bytes:
    """The bytes a typed code stands for; case, blanks and hyphens do not matter, O, I, L and U are forgiven.

    Raises:
        BadValue: naming the group that cannot be right, or the number of characters.
    """
    plain = "".join(letter for letter in typed.upper() if letter.isalnum()).translate(_MISREAD)
    if len(plain) != GROUPS * (LETTERS + 1):
        raise BadValue(
            f"恢复码应有 {GROUPS * (LETTERS + 1)} 个字符，现在是 {len(plain)} 个。", todo="请对照恢复单再抄一遍。"
        )
    for at in range(GROUPS):
        group = plain[at * (LETTERS + 1) : (at + 1) * (LETTERS + 1)]
        if any(letter not in ALPHABET for letter in group) or _check(group[:LETTERS], at) != group[LETTERS]:
            raise BadValue(f"恢复码第 {at + 1} 组“{group}”抄写有误。", todo="请对照恢复单改正这一组。")
    return plain.encode("ascii")


def _check(group: str, at: int) -> str:
    # Odd weights are units modulo 32, so every single wrong character and most swaps change the sum.
    total = sum((2 * index + 3) * ALPHABET.index(letter) for index, letter in enumerate(group))
    return ALPHABET[(total + 5 * at) % len(ALPHABET)]
