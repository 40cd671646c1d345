"""Six-digit codes of an authenticator seed (动态口令, RFC 6238), and reading seeds in the shapes platforms show."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from desktop.errors import BadValue

_HASHES = {"SHA1": hashlib.sha1, "SHA256": hashlib.sha256, "SHA512": hashlib.sha512}


@dataclass(frozen=True)
class Seed:
    """What is needed to reckon codes: key bytes, digits, period in seconds, hash."""

    key: bytes
    digits: int = 6
    period: int = 30
    hash: str = "SHA1"
    label: str = ""

    def __repr__(self) -> str:
        return "Seed(…)"

    def code(self, seconds: float) -> str:
        """The code at a moment, in seconds since 1970 UTC."""
        counter = struct.pack(">Q", int(seconds) // self.period)
        mac = hmac.new(self.key, counter, _HASHES[self.hash]).digest()
        at = mac[-1] & 15
        number = struct.unpack(">I", mac[at : at + 4])[0] & 0x7FFFFFFF
        return str(number % 10**self.digits).zfill(self.digits)

    def left(self, seconds: float) -> int:
        """For how many seconds the code of that moment still counts."""
        return self.period - int(seconds) % self.period


def read_seed(typed: str) -> Seed:
    """A seed from an otpauth:// address (the text of the platform's QR code) or from the bare base-32 key.

    Raises:
        BadValue: neither; or a kind of code other than time-based.
    """
    typed = typed.strip()
    if not typed.lower().startswith("otpauth:"):
        return Seed(_key(typed))
    parts = urlsplit(typed)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    kind = asked.get("algorithm", "SHA1").upper().replace("-", "")
    digits, period = asked.get("digits", "6"), asked.get("period", "30")
    if parts.netloc.lower() != "totp" or kind not in _HASHES or digits not in ("6", "7", "8") or not period.isdigit():
        raise BadValue("这种动态口令不支持（只支持按时间变化的 6～8 位口令）。", todo="请在平台改用手机令牌方式。")
    if not 10 <= int(period) <= 300:
        raise BadValue(f"动态口令周期 {period} 秒不合常理。", todo="请重新复制平台给出的密钥。")
    return Seed(_key(asked.get("secret", "")), int(digits), int(period), kind, unquote(parts.path.lstrip("/")))


def _key(typed: str) -> bytes:
    letters = "".join(typed.split()).replace("-", "").rstrip("=").upper()
    try:
        key = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except (binascii.Error, ValueError) as error:
        raise BadValue("动态口令密钥应由 A～Z 和 2～7 组成。", todo="请从平台的“手动输入密钥”处复制。") from error
    if len(key) < 10:  # RFC 4226 asks for 16 bytes; platforms in use give 10 at least
        raise BadValue("动态口令密钥太短，可能没有复制完整。", todo="请从平台重新复制整段密钥。")
    return key
