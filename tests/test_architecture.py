"""The structure of the program, held by tests: import contracts, size budgets, style and types."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULE, CLASS, FUNCTION = 400, 250, 50

# name -> reason. An exception is a decision; keep the list short.
EXCEPTIONS: dict[str, str] = {}


def sources() -> list[Path]:
    return sorted([*ROOT.glob("desktop/**/*.py"), *ROOT.glob("installer/**/*.py"), ROOT / "run.py"])


def spans(source: Path) -> Iterator[tuple[str, int, int]]:
    """Name, lines and limit of the module and of each class and function in it."""
    text = source.read_text("utf-8")
    name = source.relative_to(ROOT).as_posix()
    yield name, len(text.splitlines()), MODULE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            limit = CLASS if isinstance(node, ast.ClassDef) else FUNCTION
            yield f"{name}:{node.name}", (node.end_lineno or 0) - node.lineno + 1, limit


def test_nothing_is_larger_than_its_budget() -> None:
    over = {
        name: f"{lines} lines, budget {limit}"
        for source in sources()
        for name, lines, limit in spans(source)
        if lines > limit and name not in EXCEPTIONS
    }
    assert over == {}


def test_no_drawer_for_everything() -> None:
    forbidden = {"utils", "helpers", "managers", "services", "common", "misc"}
    assert [s.name for s in sources() if s.stem in forbidden or s.parent.name in forbidden] == []


def test_no_ring_in_the_documents() -> None:
    """Imports for types count as well: what only a ring holds together cannot be read piece by piece."""
    graph = grimp.build_graph("desktop", exclude_type_checking_imports=False, cache_dir=None)
    own = {module for module in graph.modules if module.startswith("desktop.documents")}
    rest = TopologicalSorter({m: graph.find_modules_directly_imported_by(m) & own for m in own})
    rest.prepare()


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["lint-imports", "--no-cache"],
    ],
    ids=lambda command: command[0] + command[1] if len(command) > 1 else command[0],
)
def test_tool_agrees(command: list[str]) -> None:
    program = Path(sys.executable).parent / command[0]
    found = str(program) if program.exists() else shutil.which(command[0])
    assert found, f"{command[0]} is not installed"
    done = subprocess.run([found, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
