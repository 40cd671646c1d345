"""Calendar files (.ics, RFC 5545) that Outlook, WPS, phones and 钉钉 take in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
FOLD = 75  # octets a line may have, RFC 5545 section 3.1


@dataclass(frozen=True)
class Event:
    """One entry: a whole day, or an hour of it in Chinese time.

    Args:
        uid: the same for the same matter, so that a second import replaces the first.
        alarm: minutes before which to remind.
    """

    uid: str
    title: str
    on: date
    hour: time | None = None
    note: str = ""
    alarm: int = 24 * 60


def calendar(events: Iterable[Event], now: datetime, name: str) -> bytes:
    """The whole file as UTF-8."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tuanmei//deadlines//ZH", "CALSCALE:GREGORIAN"]
    lines.append(f"X-WR-CALNAME:{_text(name)}")
    for event in events:
        lines += _event(event, now)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _event(event: Event, now: datetime) -> list[str]:
    if event.hour is None:
        when = [f"DTSTART;VALUE=DATE:{event.on:%Y%m%d}", f"DTEND;VALUE=DATE:{event.on + timedelta(days=1):%Y%m%d}"]
    else:
        moment = datetime.combine(event.on, event.hour, CHINA).astimezone(UTC)
        when = [f"DTSTART:{moment:%Y%m%dT%H%M%SZ}", f"DTEND:{moment:%Y%m%dT%H%M%SZ}"]
    stamp = now.replace(tzinfo=now.tzinfo or CHINA).astimezone(UTC)
    return [
        "BEGIN:VEVENT",
        f"UID:{_text(event.uid)}",
        f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}",
        *when,
        f"SUMMARY:{_text(event.title)}",
        *([f"DESCRIPTION:{_text(event.note)}"] if event.note else []),
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_text(event.title)}",
        f"TRIGGER:-PT{event.alarm}M",
        "END:VALARM",
        "END:VEVENT",
    ]


def _text(value: str) -> str:
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n"), ("\r", "\\n")):
        value = value.replace(plain, escaped)
    return value


def _folded(line: str) -> bytes:
    """A line cut into pieces of at most FOLD octets, never inside a character; later pieces begin with a blank."""
    pieces: list[bytes] = []
    piece = b""
    for character in line:
        octets = character.encode()
        if len(piece) + len(octets) > FOLD - (1 if pieces else 0):
            pieces.append(piece)
            piece = b""
        piece += octets
    pieces.append(piece)
    return b"\r\n ".join(pieces) + b"\r\n"
