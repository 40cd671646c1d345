"""A short mark of a version of data, printed in the footer so that paper and register can be matched.

Eight signs of Crockford's Base32 (no I, L, O, U): 40 bits, enough to tell the versions of one office apart; it proves
nothing against somebody who wants to deceive, which is what the digital signature is for.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def of_values(values: Mapping[str, str]) -> str:
    """The mark of filled-in values, `7K3M-Q2PX`; order of the fields and outer blanks do not matter."""
    kept = {key: unicodedata.normalize("NFC", value).strip() for key, value in values.items()}
    text = json.dumps({key: value for key, value in kept.items() if value}, ensure_ascii=False, sort_keys=True)
    return of_bytes(text.encode("utf-8"))


def of_bytes(content: bytes) -> str:
    """The mark of a file as it is."""
    number = int.from_bytes(hashlib.sha256(content).digest()[:5], "big")
    signs = "".join(_SIGNS[number >> shift & 31] for shift in range(35, -1, -5))
    return f"{signs[:4]}-{signs[4:]}"
