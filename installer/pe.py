"""Which DLLs a Windows program file asks for, and which names it offers: read from the file, no Windows needed.

Format: Microsoft, "PE Format", sections "Optional Header", "Import Directory Table", "Delay-Load Directory Table",
"Export Directory Table".
"""

from __future__ import annotations

import struct
from pathlib import Path

EXPORTS, IMPORTS, DELAYED = 0, 1, 13


class Image:
    """One PE32+ file, read whole.

    Raises:
        ValueError: the file is not a 64-bit PE image.
    """

    def __init__(self, file: Path) -> None:
        self._bytes = file.read_bytes()
        (start,) = struct.unpack_from("<I", self._bytes, 0x3C)
        if self._bytes[:2] != b"MZ" or self._bytes[start : start + 4] != b"PE\0\0":
            raise ValueError(f"{file} is not a program file")
        sections, optional_size = struct.unpack_from("<H12xH", self._bytes, start + 6)
        optional = start + 24
        if struct.unpack_from("<H", self._bytes, optional)[0] != 0x20B:
            raise ValueError(f"{file} is not a 64-bit program file")
        self._directories = optional + 112
        table = optional + optional_size
        self._sections = [struct.unpack_from("<8xIIII", self._bytes, table + 40 * number) for number in range(sections)]

    def imports(self) -> set[str]:
        """Names of the DLLs it loads at start or on first use, in lower case."""
        found = set()
        for directory, size, name_at in ((IMPORTS, 20, 12), (DELAYED, 32, 4)):
            address = self._directory(directory)
            while address:
                (name,) = struct.unpack_from("<I", self._bytes, self._offset(address) + name_at)
                if not name:
                    break
                found.add(self._text(name).lower())
                address += size
        return found

    def exports(self) -> list[str]:
        """The names it offers to others."""
        address = self._directory(EXPORTS)
        if not address:
            return []
        count, names = struct.unpack_from("<I4xI", self._bytes, self._offset(address) + 24)
        pointers = struct.unpack_from(f"<{count}I", self._bytes, self._offset(names))
        return [self._text(pointer) for pointer in pointers]

    def _directory(self, number: int) -> int:
        (address,) = struct.unpack_from("<I", self._bytes, self._directories + 8 * number)
        return int(address)

    def _offset(self, address: int) -> int:
        for virtual_size, virtual, raw_size, raw in self._sections:
            if virtual <= address < virtual + max(virtual_size, raw_size):
                return int(address - virtual + raw)
        raise ValueError(f"address {address:#x} lies in no section")

    def _text(self, address: int) -> str:
        start = self._offset(address)
        return self._bytes[start : self._bytes.index(b"\0", start)].decode("ascii")


def dll_version(file: Path) -> str:
    """The version a DLL states in its resources, such as 3.11.9."""
    content = file.read_bytes()
    key = "ProductVersion".encode("utf-16-le")
    start = content.index(key) + len(key)
    return content[start : start + 64].decode("utf-16-le", "ignore").strip("\0").split("\0")[0]
