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
    """Posts per week of each account: outlined without figures, grey without a post, red-framed from the second on."""

    def __init__(self, weeks: int) -> None:
        super().__init__()
        self._weeks = weeks
        self._rows: list[tuple[str, Sequence[float | None]]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("更新活跃度")

    def set_rows(self, rows: list[tuple[str, Sequence[float | None]]]) -> None:
        """Show other accounts: name and posts per week, oldest first, as `figures.weekly_posts` has them."""
        self._rows = rows
        said = (f"{name}近 4 周发布 {sum(filter(None, weeks[-4:])):.0f} 条" for name, weeks in rows)
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
            shown = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(QRectF(0, line * LINE, self.width(), NAME), Qt.AlignmentFlag.AlignVCenter, shown)
            for week, posts in enumerate(weeks):
                box = QRectF(week * (side + GAP) + 1, line * LINE + NAME, side, SQUARE)
                frame = t.red if idle(weeks, week) else t.border if posts is None else ""
                painter.setPen(QPen(QColor(frame), 1.2 if posts == 0 else 1.0) if frame else Qt.PenStyle.NoPen)
                painter.setBrush(QColor(t.card) if frame else _green(posts or 0, t))
                painter.drawRoundedRect(box, 2, 2)
        painter.end()

    def event(self, event: object) -> bool:
        if isinstance(event, QHelpEvent):
            line, week = event.pos().y() // LINE, int(event.pos().x() // (self._side() + GAP))
            if 0 <= line < len(self._rows) and 0 <= week < self._weeks:
                name, weeks = self._rows[line]
                back = self._weeks - 1 - week
                said = told(weeks[week])
                QToolTip.showText(event.globalPos(), f"{name}：{'本周' if not back else f'{back} 周前'}{said}", self)
                return True
        return super().event(event)  # type: ignore[arg-type]


def idle(weeks: Sequence[float | None], week: int) -> bool:
    """Whether a week and the one before it are both known to be without a post."""
    return week > 0 and weeks[week] == 0 and weeks[week - 1] == 0


def told(posts: float | None) -> str:
    """What is known of one week, in words."""
    if posts is None:
        return "没有数据"
    if isinstance(posts, float):
        return f"按当月数据平均每周发布 {posts:.1f} 条"
    return f"发布 {posts} 条"


def _green(posts: float, t: theme.Tokens) -> QColor:
    if not posts:
        return QColor(t.grey_tint)
    made = QColor("#1F9242" if t is theme.LIGHT else "#3FB968")
    made.setAlphaF((0.25, 0.45, 0.7, 1.0)[sum(posts > step for step in STEPS) - 1])
    return made
