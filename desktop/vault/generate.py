"""New passwords: random, easy to read from paper, with every class of characters a platform may ask for."""

from __future__ import annotations

import secrets

from desktop.errors import BadValue

LOWER, UPPER, DIGITS = "abcdefghijkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789"
SYMBOLS = "!@#%^*-_+=?."
"""Left out: 0 O o 1 l I, which paper confuses, and signs that some platforms' login pages refuse."""
SHORTEST, LONGEST, USUAL = 8, 32, 16


def generate(length: int = USUAL, *, symbols: bool = True) -> str:
    """A password of this many characters with lower and upper letters, digits and, unless refused, signs.

    Raises:
        BadValue: a length outside SHORTEST to LONGEST.
    """
    if not SHORTEST <= length <= LONGEST:
        raise BadValue(f"密码长度应在 {SHORTEST}～{LONGEST} 之间。", todo="一般用 16 位。")
    classes = [LOWER, UPPER, DIGITS, *([SYMBOLS] if symbols else [])]
    every = "".join(classes)
    while True:  # drawing anew keeps every admissible password equally likely
        made = "".join(secrets.choice(every) for _ in range(length))
        if all(any(letter in one for letter in made) for one in classes):
            return made
