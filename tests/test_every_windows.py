"""What works on a developer's Linux and fails on some office PC: found in the sources before a clerk finds it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

SOURCES = sorted((Path(__file__).resolve().parent.parent / "desktop").rglob("*.py"))


def formats_of_time(tree: ast.AST) -> list[str]:
    """The formats handed to strftime, or written behind the colon of an f-string."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FormattedValue) and isinstance(node.format_spec, ast.JoinedStr):
            found += [str(part.value) for part in node.format_spec.values if isinstance(part, ast.Constant)]
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "strftime":
            found += [str(word.value) for word in node.args if isinstance(word, ast.Constant)]
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found += re.findall(r"\{\w*:([^{}]*%[^{}]*)\}", node.value)  # a text for `str.format`
    return [text for text in found if "%" in text]


@pytest.mark.parametrize("source", SOURCES, ids=lambda file: file.stem)
def test_no_chinese_in_a_format_of_time(source: Path) -> None:
    """Windows encodes the format in the PC's code page and fails where that is not Chinese: `dates.chinese` instead."""
    assert [text for text in formats_of_time(ast.parse(source.read_text("utf-8"))) if not text.isascii()] == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda file: file.stem)
def test_text_is_never_read_or_written_in_the_pcs_own_code_page(source: Path) -> None:
    """`read_text()` without an encoding is GBK on a Chinese Windows."""
    bare = [
        node.lineno
        for node in ast.walk(ast.parse(source.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", "") in ("read_text", "write_text")
        and not any(word.arg == "encoding" for word in node.keywords)
        and len(node.args) < (1 if getattr(node.func, "attr", "") == "read_text" else 2)
    ]
    assert bare == []


def test_the_first_test_would_notice() -> None:
    found = formats_of_time(ast.parse('f"{day:%Y年}" + day.strftime("%d日")'))
    assert sorted(found) == ["%Y年", "%d日"]


@pytest.mark.parametrize("source", SOURCES, ids=lambda file: file.stem)
def test_every_page_has_its_chapter_in_the_manual(source: Path) -> None:
    """F1 opens the chapter that the page names; a misspelt one would show the first."""
    from desktop.windows.manual import chapters

    named = re.findall(r'^    help_topic = "(.+)"$', source.read_text("utf-8"), re.MULTILINE)
    assert [topic for topic in named if not any(title.startswith(topic) for title in chapters())] == []
