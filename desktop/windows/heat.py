"""A calendar heat map: one line per account, one square per week."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop.windows import theme

LINE, NAME, SQUARE, GAP = 42, 20, 11, 3
"""Heights in pixels: a whole line, the name in it; side of a square and the gap beside it."""
STEPS = (0, 1, 3, 6)
"""Posts a week from which on the next darker green is used."""


class HeatMap(QWidget):
    """Posts per week of each account; an empty square is a week without figures, a red frame one without a post."""

    def __init__(self, weeks: int) -> None:
        super().__init__()
        self._weeks = weeks
        self._rows: list[tuple[str, Sequence[int | None]]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("更新活跃度")

    def set_rows(self, rows: list[tuple[str, Sequence[int | None]]]) -> None:
        """Show other accounts: name and posts per week, oldest first."""
        self._rows = rows
        said = (f"{name}近 4 周发布 {sum(filter(None, weeks[-4:]))} 条" for name, weeks in rows)
        self.setAccessibleDescription("；".join(said))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._weeks * (SQUARE + GAP), len(self._rows) * LINE)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, len(self._rows) * LINE)

    def _side(self) -> float:
        return min(SQUARE + 4.0, (self.width() - 2) / self._weeks - GAP)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPixelSize(12)
        painter.setFont(font)
        side = self._side()
        for line, (name, weeks) in enumerate(self._rows):
            painter.setPen(QColor(t.secondary))
            painter.drawText(QRectF(0, line * LINE, self.width(), NAME), Qt.AlignmentFlag.AlignVCenter, name)
            for week, posts in enumerate(weeks):
                box = QRectF(week * (side + GAP) + 1, line * LINE + NAME, side, SQUARE)
                idle = posts == 0 and not any(weeks[max(0, week - 1) : week + 1])
                painter.setPen(QPen(QColor(t.red), 1.2) if idle else Qt.PenStyle.NoPen)
                painter.setBrush(QColor(t.card) if idle else _green(posts, t))
                painter.drawRoundedRect(box, 2, 2)
        painter.end()

    def event(self, event: object) -> bool:
        if isinstance(event, QHelpEvent):
            line, week = event.pos().y() // LINE, int(event.pos().x() // (self._side() + GAP))
            if 0 <= line < len(self._rows) and 0 <= week < self._weeks:
                name, weeks = self._rows[line]
                back = self._weeks - 1 - week
                said = "没有数据" if weeks[week] is None else f"发布 {weeks[week]} 条"
                QToolTip.showText(event.globalPos(), f"{name}：{'本周' if not back else f'{back} 周前'}{said}", self)
                return True
        return super().event(event)  # type: ignore[arg-type]


def _green(posts: int | None, t: theme.Tokens) -> QColor:
    if not posts:
        return QColor(t.grey_tint)
    made = QColor("#1F9242" if t is theme.LIGHT else "#3FB968")
    made.setAlphaF((0.25, 0.45, 0.7, 1.0)[sum(posts > step for step in STEPS) - 1])
    return made
