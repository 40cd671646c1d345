"""Colours, type and spacing: one set of tokens for light and dark, one style sheet made of them."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtWidgets import QApplication, QWidget

from desktop.paths import bundled

if TYPE_CHECKING:
    from PySide6.QtGui import QPalette


class Tokens(NamedTuple):
    """The colours of one theme, as #RRGGBB."""

    accent: str
    accent_hover: str
    ink: str
    secondary: str
    faint: str
    line: str
    border: str
    page: str
    card: str
    head: str
    selected: str
    red: str
    red_tint: str
    amber: str
    amber_tint: str
    green: str
    green_tint: str
    blue: str
    blue_tint: str
    grey_tint: str


LIGHT = Tokens(
    accent="#C8161D", accent_hover="#AD1218", ink="#1F2329", secondary="#646A73", faint="#8F959E", line="#E3E5E8",
    border="#C9CDD4", page="#F6F7F9", card="#FFFFFF", head="#F9FAFB", selected="#FDECEC",
    red="#B3141A", red_tint="#FDECEC", amber="#9A5B00", amber_tint="#FFF3DD", green="#1A7F37", green_tint="#E6F4EA",
    blue="#1D4ED8", blue_tint="#E8EFFD", grey_tint="#F0F1F3",
)  # fmt: skip
DARK = Tokens(
    accent="#D9363C", accent_hover="#E5575C", ink="#E8EAED", secondary="#A9AFB8", faint="#868D97", line="#34383E",
    border="#4A4F57", page="#17191C", card="#202327", head="#262A2F", selected="#3B2325",
    red="#FF8A8E", red_tint="#3B2325", amber="#F2BE6A", amber_tint="#3A2F1D", green="#7FD196", green_tint="#1E3326",
    blue="#9DB8FF", blue_tint="#222C44", grey_tint="#2A2E33",
)  # fmt: skip

STYLE = ("-style", "fusion")
"""Words for the QApplication; to ask Qt for the style in Python builds all enumerations of QStyle, 10 ms."""
TONES = ("red", "amber", "green", "blue", "grey")
"""The tints a tag may have; a tag always says in words what its colour means."""


def tokens(widget: QWidget | None = None) -> Tokens:
    """The tokens in force, read from the palette so that there is no second place that knows the theme."""
    palette = widget.palette() if widget is not None else QApplication.palette()
    return DARK if palette.window().color().lightness() < 128 else LIGHT


_OF_WINDOWS = {"Microsoft YaHei UI": "msyh.ttc", "Microsoft YaHei": "msyh.ttc", "SimSun": "simsun.ttc"}


def font_families() -> list[str]:
    """Families for the interface, best first; on Windows those come first whose file is there.

    Each family that is missing costs a search for every size of type before the first paint; a Windows program run by
    Wine finds the fonts of Linux only.
    """
    everywhere = ["Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei"]
    if sys.platform != "win32":
        return everywhere
    folder = Path(os.environ.get("SYSTEMROOT", "C:\\Windows"), "Fonts")
    there = [name for name, file in _OF_WINDOWS.items() if (folder / file).exists()]
    return [*there, *everywhere, *(name for name in _OF_WINDOWS if name not in there)]


def apply(app: QApplication, choice: str) -> None:
    """Dress the program: palette, type and the style sheet; call it once the frame is painted.

    Args:
        app: the application.
        choice: 浅色, 深色 or 跟随系统.
    """
    from PySide6.QtGui import QFont

    chosen = _chosen(app, choice)
    app.setPalette(palette(chosen))
    font = QFont()
    font.setFamilies(font_families())
    font.setPixelSize(14)
    app.setFont(font)
    app.setStyleSheet(sheet(chosen))


def dress_frame(app: QApplication, choice: str) -> None:
    """Dress the frame for its first paint by the style sheet alone; palettes and fonts in Python cost 8 ms more."""
    t = _chosen(app, choice)
    families = ",".join(f'"{name}"' for name in font_families())
    app.setStyleSheet(_FRAME.format(t=t, families=families) + _BASE.format(t=t))


def _chosen(app: QApplication, choice: str) -> Tokens:
    if choice == "跟随系统":
        return tokens()
    return DARK if choice == "深色" else LIGHT


def palette(t: Tokens) -> QPalette:
    """The Qt palette of a theme."""
    from PySide6.QtGui import QColor, QPalette

    made = QPalette()
    role = QPalette.ColorRole
    pairs = {
        role.Window: t.page, role.Base: t.card, role.AlternateBase: t.head, role.Button: t.card, role.Text: t.ink,
        role.WindowText: t.ink, role.ButtonText: t.ink, role.ToolTipBase: t.card, role.ToolTipText: t.ink,
        role.PlaceholderText: t.faint, role.Highlight: t.selected, role.HighlightedText: t.ink, role.Link: t.blue,
        role.Mid: t.line, role.Dark: t.border, role.Accent: t.accent,
    }  # fmt: skip
    for key, colour in pairs.items():
        made.setColor(key, QColor(colour))
    for key in (role.Text, role.WindowText, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, key, QColor(t.faint))
    return made


def sheet(t: Tokens) -> str:
    """The style sheet of a theme; widgets choose a rule by their dynamic property `role` or `tone`."""
    tags = "".join(
        f'QLabel[tone="{tone}"]{{color:{getattr(t, tone, t.secondary)};background:{getattr(t, tone + "_tint")};'
        "border-radius:4px;padding:2px 8px;font-size:12px;}"
        for tone in TONES
    )
    shade = "light" if t is LIGHT else "dark"
    icons = bundled("resources") / "icons"
    arrow, tick = (icons / f"down-{shade}.svg").as_posix(), (icons / "tick.svg").as_posix()
    return tags + _BASE.format(t=t) + _FIELDS.format(t=t, arrow=arrow, tick=tick) + _TABLES.format(t=t)


_FRAME = """
*{{font-family:{families};font-size:14px;color:{t.ink};}}
QMainWindow{{background:{t.page};}}
"""

_BASE = """
QLabel[role="page-title"]{{font-size:22px;font-weight:600;}}
QLabel[role="section"]{{font-size:16px;font-weight:600;}}
QLabel[role="figure"]{{font-size:30px;font-weight:600;}}
QLabel[role="note"]{{font-size:12px;color:{t.faint};}}
QLabel[role="secondary"]{{color:{t.secondary};}}
QLabel[role="error"]{{font-size:12px;color:{t.red};}}
QLabel[role="secret"],QLineEdit[role="secret"]{{font-family:"Cascadia Mono","Consolas","DejaVu Sans Mono",monospace;
 font-size:15px;}}
QFrame[role="card"]{{background:{t.card};border:1px solid {t.line};border-radius:8px;}}
QFrame[role="drop"]{{background:{t.card};border:2px dashed {t.border};border-radius:8px;}}
QFrame[role="line"]{{background:{t.line};border:none;max-height:1px;min-height:1px;}}
QFrame[role="rail"]{{background:{t.card};border-right:1px solid {t.line};}}
QPushButton{{background:{t.card};border:1px solid {t.border};border-radius:6px;padding:7px 15px;color:{t.ink};}}
QPushButton:hover{{background:{t.head};}}
QPushButton:pressed{{background:{t.grey_tint};}}
QPushButton:disabled{{color:{t.faint};background:{t.grey_tint};border-color:{t.line};}}
QPushButton:focus{{border:1px solid {t.blue};}}
QPushButton[role="primary"]{{background:{t.accent};border:1px solid {t.accent};color:#FFFFFF;font-weight:600;}}
QPushButton[role="primary"]:hover{{background:{t.accent_hover};}}
QPushButton[role="primary"]:disabled{{background:{t.grey_tint};border-color:{t.line};color:{t.faint};}}
QPushButton[role="primary"]:focus{{border:1px solid {t.ink};}}
QPushButton[role="link"]{{background:transparent;border:1px solid transparent;color:{t.blue};padding:4px 6px;}}
QPushButton[role="link"]:hover{{text-decoration:underline;}}
QFrame[role="told"]{{background:{t.amber_tint};border:none;border-bottom:1px solid {t.line};}}
QPushButton[role="remark"]{{background:transparent;border:1px solid transparent;text-align:left;padding:3px 4px;
 font-size:12px;color:{t.ink};}}
QPushButton[role="remark"]:hover{{text-decoration:underline;}}
QPushButton[role="remark"]:focus{{border:1px solid {t.blue};}}
QPushButton[role="chip"]{{border-radius:14px;padding:4px 12px;color:{t.secondary};}}
QPushButton[role="chip"]:checked{{background:{t.selected};border-color:{t.accent};color:{t.red};font-weight:600;}}
QPushButton[role="place"]{{text-align:left;border:1px solid transparent;border-radius:6px;padding:9px 13px;
 color:{t.secondary};background:transparent;}}
QPushButton[role="place"][tight="true"]{{padding:4px 13px;}}
QPushButton[role="place"]:hover{{background:{t.head};}}
QPushButton[role="place"]:checked{{background:{t.selected};color:{t.red};font-weight:600;}}
QPushButton[role="place"]:focus{{border:1px solid {t.blue};}}
QToolTip{{background:{t.card};color:{t.ink};border:1px solid {t.border};padding:4px;}}
QScrollArea,QScrollArea>QWidget>QWidget{{background:transparent;border:none;}}
QSplitter::handle{{background:transparent;}}
QProgressBar{{background:{t.grey_tint};border:none;border-radius:3px;max-height:6px;min-height:6px;}}
QProgressBar::chunk{{background:{t.accent};border-radius:3px;}}
QScrollBar:vertical{{background:transparent;width:10px;margin:0;}}
QScrollBar:horizontal{{background:transparent;height:10px;margin:0;}}
QScrollBar::handle{{background:{t.border};border-radius:3px;margin:2px;}}
QScrollBar::handle:vertical{{min-height:28px;}}
QScrollBar::handle:horizontal{{min-width:28px;}}
QScrollBar::handle:hover{{background:{t.faint};}}
QScrollBar::add-line,QScrollBar::sub-line{{width:0;height:0;}}
QScrollBar::add-page,QScrollBar::sub-page{{background:transparent;}}
"""

_FIELDS = """
QLineEdit,QPlainTextEdit,QTextEdit,QComboBox,QDateEdit,QSpinBox{{background:{t.card};border:1px solid {t.border};
 border-radius:6px;padding:6px 10px;color:{t.ink};selection-background-color:{t.blue};selection-color:#FFFFFF;}}
QLineEdit:focus,QPlainTextEdit:focus,QTextEdit:focus,QComboBox:focus,QDateEdit:focus,QSpinBox:focus{{
 border:1px solid {t.blue};}}
QLineEdit:disabled,QPlainTextEdit:disabled,QComboBox:disabled{{background:{t.grey_tint};color:{t.faint};}}
*[wrong="true"]{{border:1px solid {t.red};background:{t.red_tint};}}
QComboBox::drop-down{{border:none;width:26px;}}
QComboBox::down-arrow{{image:url({arrow});width:12px;height:12px;}}
QPushButton::menu-indicator{{subcontrol-origin:padding;subcontrol-position:right center;right:8px;
 image:url({arrow});width:12px;height:12px;}}
QPushButton[role="link"]::menu-indicator{{image:none;width:0px;}}
QCheckBox::indicator,QListView::indicator{{width:14px;height:14px;border:1px solid {t.faint};border-radius:3px;
 background:{t.card};}}
QCheckBox::indicator:checked,QListView::indicator:checked{{background:{t.accent};border-color:{t.accent};
 image:url({tick});}}
QCheckBox::indicator:focus{{border-color:{t.blue};}}
QComboBox QAbstractItemView,QMenu{{background:{t.card};border:1px solid {t.border};}}
QMenu::item{{padding:6px 24px 6px 12px;}}
QMenu::item:selected{{background:{t.selected};}}
"""

_TABLES = """
QTableView,QListView,QTreeView{{background:{t.card};border:none;gridline-color:{t.line};outline:0;
 selection-background-color:{t.selected};selection-color:{t.ink};}}
QTableView::item{{padding:0 1px;}}
QHeaderView{{background:{t.head};}}
QHeaderView::section{{background:{t.head};color:{t.secondary};border:none;border-bottom:1px solid {t.line};
 padding:8px 4px;}}
QAbstractScrollArea::corner{{background:transparent;border:none;}}
QTableCornerButton::section{{background:{t.head};border:none;}}
QTabBar{{qproperty-drawBase:0;}}
QTabBar::tab{{padding:7px 14px;color:{t.secondary};border:none;border-bottom:2px solid transparent;}}
QTabBar::tab:selected{{color:{t.red};border-bottom:2px solid {t.accent};font-weight:600;}}
QTabWidget::pane{{border:none;border-top:1px solid {t.line};}}
"""
