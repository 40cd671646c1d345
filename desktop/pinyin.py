"""Pinyin and initials of Chinese words, for filters that a clerk types without switching the input method."""

from __future__ import annotations

import os
import unicodedata
from functools import lru_cache


@lru_cache(maxsize=30_000)
def syllable(character: str) -> str:
    """The first reading of one character without its tone, in ASCII; anything else stays as it is, in lower case."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # the phrase table costs 90 ms and a filter can do without
    from pypinyin.constants import PINYIN_DICT

    readings = PINYIN_DICT.get(ord(character))
    if not readings:
        return character.lower()
    plain = unicodedata.normalize("NFD", str(readings).split(",", maxsplit=1)[0]).replace("u\u0308", "v")
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def warm() -> None:
    """Load the table of readings, so that the first list shown need not wait for it; some 50 ms, for the worker."""
    syllable("青")


@lru_cache(maxsize=50_000)
def keys(text: str) -> str:
    r"""What a filter may match: the text itself, its pinyin and its initials, in lower case, parted by line breaks.

    `林川青年` gives `林川青年\nlinchuanqingnian\nlcqn`; text without Chinese gives itself.
    """
    plain = text.lower()
    if plain.isascii():
        return plain
    syllables = [syllable(character) for character in text]
    return f"{plain}\n{''.join(syllables)}\n{''.join(part[:1] for part in syllables)}"


def matches(haystack: str, typed: str) -> bool:
    """Whether every word typed stands in the keys of a row."""
    return all(word in haystack for word in typed.lower().split())
