"""The middle column of 填报: the fields of one step, made from the form's own description."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.documents.places import Tag, tag_of
from desktop.forms.definition import Field, Form, Group, Step, Values
from desktop.forms.remarks import RED, Remark
from desktop.windows import fields
from desktop.windows.parts import button, clear, label, line, row, scrolling

BY_HAND = {"signature": "打印后由本人签字。", "seal": "打印后盖章。"}
INPUTS = 30
"""Inputs of a group made at once: hundreds of them take seconds, and of these the eye sees a dozen."""
WIDGETS = {"long": "long", "accounts": "long", "figures": "long", "opinion": "long", "person": "long", "date": "date"}


class StepFields(QWidget):
    """Title, hint and inputs of one step; groups show one block of inputs a turn and may grow.

    Signals:
        typed: tag and text after every change. left: tag when a changed input was left.
        entered: tag of the input that got the focus. grown: key of the group to which a turn is to be added.
        shrunk: key of the group and number (from 1) of the turn to be taken out.
        restored: tag whose own text is to give way to what the register says.
        turned: other turns of a group are to be shown.
    """

    typed = Signal(str, str)
    left = Signal(str)
    entered = Signal(str)
    grown = Signal(str)
    shrunk = Signal(str, int)
    restored = Signal(str)
    turned = Signal()

    def __init__(self, form: Form) -> None:
        super().__init__()
        self._form = form
        self.inputs: dict[str, fields.Field] = {}
        self.restores: dict[str, QPushButton] = {}
        self._layout: list[object] = []  # what the inputs were made for
        self._pages: dict[str, list[tuple[QLabel, QPushButton, QPushButton]]] = {}
        self._first: dict[str, int] = {}  # how many turns of a group stand before those shown
        self._column = QVBoxLayout()
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(12)
        holder = QWidget()
        holder.setLayout(self._column)
        self.area = scrolling(holder)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.area)

    def show_step(self, step: Step, values: Values) -> None:
        """Show the values of a step, in new inputs unless the same ones are there already."""
        if self._same(step, values):
            return
        for made in self.inputs.values():
            made.blockSignals(True)  # an input that loses the cursor by being taken away would say its text once more
        clear(self._column)
        self.inputs, self.restores, self._pages = {}, {}, {}
        if step.hint:
            self._column.addWidget(label(step.hint, "note", wrap=True))
        for item in self._form.of_step(step.id):
            value = values.get(item.key, "")
            if isinstance(item, Group):
                self._add_group(item, value if isinstance(value, list) else [])
            else:
                self._add(item, item.key, value if isinstance(value, str) else "")
                if item.key == self._form.deadline.by:
                    self._add_limits(item.options)
        self._column.addStretch(1)

    def _same(self, step: Step, values: Values) -> bool:
        """Put the values into the inputs that are there, where no other ones are needed."""
        layout: list[object] = [step.id]
        texts: dict[str, str] = {}
        for item in self._form.of_step(step.id):
            value = values.get(item.key, "")
            if isinstance(item, Group):
                rows = value if isinstance(value, list) else []
                first = self._start(item, len(rows))
                shown = rows[first : first + turns_of(item)]
                layout += [item.key, first, len(shown), len(rows) > turns_of(item), len(rows) == item.most]
                for number, row in enumerate(shown, first + 1):
                    texts |= {str(Tag(item.key, number, member.key)): row.get(member.key, "") for member in item.fields}
                self._say_turns(item, len(rows))
            elif isinstance(value, str):
                texts[item.key] = value
        before, self._layout = self._layout, layout
        if before != layout:
            return False
        for tag, made in self.inputs.items():
            made.set_text(texts.get(tag, ""))
        return True

    def _start(self, group: Group, count: int) -> int:
        """How many turns stand before those shown."""
        turns = turns_of(group)
        return min(self._first.get(group.key, 0), (max(count, 1) - 1) // turns * turns)

    def _add_limits(self, options: Sequence[str]) -> None:
        """What is to be done within how many hours, by the options of the choice above."""
        for option in options:
            limits = "；".join(map(str, self._form.deadline.limits_for(option)))
            if limits:
                self._column.addWidget(label(f"{option}：{limits}", "note", wrap=True))

    def _add_group(self, group: Group, rows: list[dict[str, str]]) -> None:
        if group.hint:
            self._column.addWidget(label(group.hint, "note", wrap=True))
        turns = turns_of(group)
        first = self._first[group.key] = self._start(group, len(rows))
        self._pages[group.key] = []
        self._add_pages(group, len(rows))
        for number, values in enumerate(rows[first : first + turns], first + 1):
            out = button("去掉这一栏", partial(self.shrunk.emit, group.key, number), "link")
            self._column.addLayout(row(label(f"{group.label} {number}", "section"), None, out))
            for member in group.fields:
                self._add(member, str(Tag(group.key, number, member.key)), values.get(member.key, ""))
            self._column.addWidget(line())
        self._add_pages(group, len(rows))
        if not group.most or len(rows) < group.most:
            self._column.addLayout(row(button(f"添加一栏{group.label}", lambda: self.grown.emit(group.key)), None))

    def _add_pages(self, group: Group, count: int) -> None:
        """The way to the turns of a long group that are not shown."""
        first, turns = self._first[group.key], turns_of(group)
        if count <= turns:
            return
        before = button("前面的", lambda: self._turn(group.key, first - turns), "link")
        after = button("后面的", lambda: self._turn(group.key, first + turns), "link")
        said = label("", "note")
        self._pages[group.key].append((said, before, after))
        self._column.addLayout(row(said, None, before, after))
        self._say_turns(group, count)

    def _say_turns(self, group: Group, count: int) -> None:
        """Which turns are shown, and whether there are others before and after them."""
        first, turns = self._start(group, count), turns_of(group)
        for said, before, after in self._pages.get(group.key, []):
            said.setText(f"第 {first + 1} 至 {min(first + turns, count)} 栏，共 {count} 栏")
            before.setEnabled(first > 0)
            after.setEnabled(first + turns < count)

    def _turn(self, group: str, first: int) -> None:
        self._first[group] = first
        self.turned.emit()

    def reach(self, tag: str) -> bool:
        """Turn to the part of its group that holds a tag; True when the step must be shown again for it."""
        parsed = tag_of(tag)
        if parsed is None or not parsed.member:
            return False
        before, turns = self._first.get(parsed.key, 0), turns_of(self._form.by_key[parsed.key])
        self._first[parsed.key] = (parsed.number - 1) // turns * turns
        return self._first[parsed.key] != before

    def _add(self, field: Field, tag: str, text: str) -> None:
        if field.kind in BY_HAND:
            self._column.addWidget(label(field.label))
            self._column.addWidget(label(field.hint or BY_HAND[field.kind], "note", wrap=True))
            return
        made = input_of(field)
        made.set_text(text)
        made.setProperty("field", tag)
        made.edited.connect(lambda typed: self.typed.emit(tag, typed))
        made.finished.connect(lambda typed: self._finished(tag, typed))
        made.entered.connect(lambda: self.entered.emit(tag))
        self.inputs[tag] = made
        self._column.addWidget(made)
        restore = self.restores[tag] = button("改用台账数据", lambda: self.restored.emit(tag), "link")
        restore.setAccessibleName(f"{field.label}改用台账数据")
        restore.hide()
        self._column.addWidget(restore, 0, Qt.AlignmentFlag.AlignLeft)

    def _finished(self, tag: str, text: str) -> None:
        self.typed.emit(tag, text)
        self.left.emit(tag)

    def show_value(self, tag: str, text: str) -> None:
        """Show a value that changed elsewhere, unless the clerk is typing in it."""
        made = self.inputs.get(tag)
        if made is not None and not made.input.hasFocus():
            made.set_text(text)

    def show_remarks(self, remarks: list[Remark], origins: Mapping[str, str], corrected: Collection[str]) -> None:
        """Say below each input what is wrong with it, else where its value comes from, and offer that again."""
        for tag, restore in self.restores.items():
            if restore.isHidden() == (tag in corrected):
                restore.setVisible(tag in corrected)
        first: dict[str, Remark] = {}
        for one in sorted(remarks, key=lambda one: one.level != RED):
            first.setdefault(one.tag, one)
        for tag, made in self.inputs.items():
            remark: Remark | None = first.get(tag)
            if remark is not None and remark.level == RED and not (made.text() == "" and not made.input.hasFocus()):
                made.show_wrong(said(remark))
                continue
            made.show_wrong("")
            made.say("  ".join(part for part in (said(remark) if remark else "", origins.get(tag, "")) if part))

    def leave(self) -> None:
        """Finish what is being typed."""
        for made in self.inputs.values():
            made.leave()

    def settle(self) -> None:
        """Everything typed is saved: an input that is left now says nothing more."""
        for made in self.inputs.values():
            made.settle()

    def focused(self) -> str:
        """The tag of the input with the cursor, empty when it is elsewhere."""
        return next((tag for tag, made in self.inputs.items() if made.input.hasFocus()), "")

    def focus(self, tag: str) -> bool:
        """Put the cursor into an input; False when this step does not have it."""
        made = self.inputs.get(tag)
        if made is None:
            return False
        made.input.setFocus()
        self.area.ensureWidgetVisible(made)
        return True


def turns_of(group: Field | Group) -> int:
    """How many turns of a group are shown at once."""
    return max(1, INPUTS // len(group.fields)) if isinstance(group, Group) else 1


def input_of(field: Field) -> fields.Field:
    """The input that suits a field; what the form computes is shown and cannot be typed."""
    title = field.label + ("（必填）" if field.required and field.equals is None else "")
    if field.equals is not None:
        made = fields.make("long" if field.kind == "figures" else "text", title, note="自动合计，等于各栏之和")
        made.input.setEnabled(False)
        return made
    if field.kind == "yesno":
        return fields.make("free_choice", title, (fields.YES, fields.NO), field.hint)
    if field.kind == "choice":
        return fields.make("choice", title, field.options, field.hint)
    return fields.make(WIDGETS.get(field.kind, "text"), title, note=field.hint)


def said(remark: Remark) -> str:
    """A remark with its clause, as one sentence."""
    clause = f"（{remark.clause}）" if remark.clause else ""
    return f"{remark.what}{clause}{remark.todo}"
