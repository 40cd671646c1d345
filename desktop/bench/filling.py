"""Filling a loaded form beside the byte floor: known texts escaped and put between bytes cut once, the rest copied."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle

from desktop.bench import Ratio, compare, timed
from desktop.forms import Form, Kind, Values

FLOOR = "按字节拼接"
CASES: tuple[tuple[str, Kind, float], ...] = (
    ("tongjibiao", "docx", 3.0),
    ("beianbiao", "docx", 3.0),
    ("tongjibiao", "xlsx", 6.0),
)
ROUNDS = 400  # one filling takes a fraction of a millisecond, so that some of them are disturbed by nothing else
TURNS = 10  # texts that are filled in turn


def ratios() -> Iterator[Ratio]:
    """Each of the two forms in each of its formats, with its sample."""
    from desktop.filling import fill
    from desktop.forms import find, sample

    for name, kind, limit in CASES:
        form = find(name)
        values = sample(form)
        least, turns = floor(form, kind, values), cycle(_turns(values))

        def ours(form: Form = form, turns: Iterator[Values] = turns, kind: Kind = kind) -> float:
            turn = next(turns)
            return timed(lambda: fill(form, turn, kind))

        def below(least: Callable[[], bytes] = least) -> float:
            return timed(least)

        yield compare(f"填写 {form.title} {kind}", ours, FLOOR, below, limit, rounds=ROUNDS)


def _turns(values: Values) -> list[Values]:
    """The values as they are while the longest of their texts is being typed: every turn another text."""
    key = max((key for key, value in values.items() if isinstance(value, str)), key=lambda key: len(values[key]))
    return [values | {key: f"{values[key]}{turn}"} for turn in range(TURNS)]


def floor(form: Form, kind: Kind, values: Values) -> Callable[[], bytes]:
    """What filling must cost at least: no field is looked at, no cell measured."""
    from desktop.documents.package import open_package
    from desktop.filling import fill

    package = open_package(form.folder / f"template.{kind}")
    made = open_package(fill(form, values, kind))
    changed = {name: made.read(name) for name in made.members if made.members[name] != package.members.get(name)}
    texts = [value for value in values.values() if isinstance(value, str)]
    texts += [text for value in values.values() if isinstance(value, list) for row in value for text in row.values()]
    cut: dict[str, list[bytes]] = {}
    for name, content in changed.items():
        step = max(len(content) // max(len(texts), 1), 1)
        cut[name] = [content[at : at + step] for at in range(0, len(content), step)]

    def run() -> bytes:
        escaped = [text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode() for text in texts]
        return package.written({name: b"".join([*cut[name], *escaped][: len(cut[name])]) for name in changed})

    return run
