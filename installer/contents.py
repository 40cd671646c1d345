"""What is in the package and under which terms: licence texts, a list for people, a list for machines, checksums."""

from __future__ import annotations

import json
import re
import shutil
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from email.parser import HeaderParser
from pathlib import Path

from installer import dependencies
from installer.pe import dll_version
from installer.places import HERE, NAME, ROOT, TITLE, VERSION, BuildError, built_at

FOLDER = "licences"
LIST = "第三方组件与许可.txt"
LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice|authors|copyright)", re.IGNORECASE)
# Two packages bring no text of the terms we use them under, nor of what is compiled into Qt; the texts lie beside this.
LGPL = ("LGPL-3.0.txt", "GPL-3.0.txt")
QT = "pyside6-essentials"
NO_TEXT_OF_THEIR_OWN = {QT: (*LGPL, "Qt-third-party.txt"), "shiboken6": LGPL}
CHOSEN = {QT: "LGPL-3.0-only", "shiboken6": "LGPL-3.0-only"}
# Libraries that came inside Python or Qt for Windows and carry a version of their own: name, file, terms. Their texts
# are in Python's LICENSE.txt.
WITH_PYTHON = (
    ("OpenSSL", "libcrypto-3.dll", "Apache-2.0"),
    ("SQLite", "sqlite3.dll", "blessing"),
    ("Microsoft Visual C++ Runtime", "vcruntime140.dll", "LicenseRef-Microsoft-Visual-Cpp-Runtime"),
)
# What older metadata says in words.
IN_WORDS = {
    "MIT License": "MIT", "BSD License": "BSD-3-Clause", "Apache Software License": "Apache-2.0",
    "BSD-3-Clause, Apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0",
}  # fmt: skip
FORBIDDEN = ("AGPL", "GPL-2.0-only", "GPL-3.0-only", "GPLv3", "GPLv2")

HEADING = f"""{TITLE} {VERSION} 的组成与许可

{TITLE}本身按 Apache License 2.0 发布（LICENSE.txt）。下列组件各按自己的许可随附，许可全文在同名文件夹里。

Qt 与 PySide6（Qt for Python）按 GNU 宽通用公共许可证第 3 版（LGPL-3.0）使用，未作修改，以单独的动态库放在
site\\PySide6 与 site\\shiboken6 中，可以换成自行编译的相同版本。源代码由 Qt 项目公开发布，版本号见下表。
Qt 内含的第三方代码（PCRE2、zlib、FreeType、HarfBuzz、libpng、libjpeg-turbo、double-conversion、md4c 等）
的许可见 PySide6_Essentials 文件夹中的 Qt-third-party.txt。Python 内含的第三方代码（OpenSSL、SQLite、
libffi、expat、zlib、bzip2、liblzma、微软 C++ 运行库）的许可见 Python 文件夹中的 LICENSE.txt。PDFium（读 PDF
通知）内含的第三方代码的许可见 pypdfium2 文件夹中的 BUILD_LICENSES；各子文件夹只用于其他系统的版本。
"""


@dataclass(frozen=True)
class Component:
    """One part somebody else made.

    Attributes:
        name, version: as published. licence: SPDX expression. digest: SHA-256 of the file it came in, or empty.
    """

    name: str
    version: str
    licence: str
    digest: str = ""


def collect(tree: Path, site: Path, lock: dependencies.Lock, folder: Path) -> list[Component]:
    """Copy every licence text of the packages in `site` to `folder`; returns what is in there.

    Raises:
        BuildError: a package has no licence text, no known terms, or terms that forbid our own.
    """
    pins = lock.pins()
    found = []
    for metadata in sorted(site.glob("*.dist-info/METADATA")):
        head = HeaderParser().parsestr(metadata.read_text("utf-8"))
        name = dependencies.normal(head["Name"])
        licence = CHOSEN.get(name) or terms(head.get_all("Classifier", []), head["License-Expression"], head["License"])
        if any(word in licence.replace("LGPL", "") for word in FORBIDDEN):
            raise BuildError(f"{name} is under {licence}; that cannot ship with this program")
        texts = {text: HERE / FOLDER / text for text in NO_TEXT_OF_THEIR_OWN.get(name, ())} or texts_in(metadata.parent)
        if not texts:
            raise BuildError(f"{name} brings no licence text")
        for place, text in texts.items():
            put(text, folder / head["Name"] / place)
        found.append(Component(head["Name"], head["Version"], licence, pins[name][1]))
        if name == QT:  # its version is that of the Qt it carries
            found.append(Component("Qt", head["Version"], licence))
    if sum(bool(part.digest) for part in found) != len(pins):
        raise BuildError(f"{len(pins)} packages in {lock.name}, {len(found)} in {site.relative_to(tree.parent)}")
    put(ROOT / "LICENSE", folder / "LICENSE.txt")
    return found


def python_and_inside(runtime: Path) -> list[Component]:
    """Python for Windows and the libraries in it, with the versions their files state."""
    inside = [Component(name, dll_version(runtime / file), licence) for name, file, licence in WITH_PYTHON]
    return [Component("Python", dll_version(runtime / "python311.dll"), "PSF-2.0"), *inside]


def texts_in(metadata: Path) -> dict[str, Path]:
    """The licence texts beside a package's metadata: place in our list → file.

    Format: PEP 639 keeps them under `licenses`, in folders of the package's choice (what PDFium is made of, each by its
    own name); older packages keep them beside METADATA.
    """
    found = {}
    for file in metadata.rglob("*"):
        inside = file.relative_to(metadata)
        if file.is_file() and LICENCE_FILE.search(inside.as_posix()):
            found[inside.as_posix().removeprefix("licenses/")] = file
    return found


def terms(classifiers: list[str], expression: str | None, field: str | None) -> str:
    """The terms a package states, as an SPDX expression where it gives one.

    Raises:
        BuildError: it states none.
    """
    if expression:
        return expression
    if field and "\n" not in field and len(field) < 60:
        return IN_WORDS.get(field, field)
    for line in classifiers:
        if line.startswith("License :: OSI Approved :: "):
            words = line.rpartition(" :: ")[2]
            return IN_WORDS.get(words, words)
    raise BuildError("a package states no licence")


def put(source: Path, target: Path) -> None:
    """Copy one text, making its folder."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def write_list(folder: Path, components: list[Component]) -> None:
    """The list for people."""
    width = max(len(part.name) + len(part.version) for part in components) + 2
    lines = [f"{part.name + ' ' + part.version:<{width}} {part.licence}" for part in components]
    (folder / LIST).write_text("\n".join([HEADING, *lines, ""]), "utf-8-sig", newline="\r\n")


def bill_of_materials(components: list[Component], platform: str) -> str:
    """The list for machines, as CycloneDX 1.5 JSON: names, versions, terms, SHA-256 of each package."""
    parts = []
    for part in components:
        entry: dict[str, object] = {
            "type": "library",
            "name": part.name,
            "version": part.version,
            "licenses": [{"expression": part.licence}],
        }
        if part.digest:
            entry["hashes"] = [{"alg": "SHA-256", "content": part.digest}]
            entry["purl"] = f"pkg:pypi/{part.name.lower()}@{part.version}"
        parts.append(entry)
    described = {"type": "application", "name": NAME, "version": VERSION, "description": f"{TITLE} ({platform})"}
    moment = datetime.fromtimestamp(built_at(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    serial = uuid.uuid5(uuid.NAMESPACE_URL, f"{NAME}/{VERSION}/{platform}/{moment}")
    return json.dumps(
        {
            "bomFormat": "CycloneDX",
            "specVersion": "1.5",
            "serialNumber": f"urn:uuid:{serial}",
            "version": 1,
            "metadata": {"timestamp": moment, "component": described},
            "components": parts,
        },
        ensure_ascii=False,
        indent=1,
    )


def checksums(folder: Path) -> Path:
    """`SHA256SUMS` over every other file of the folder; returns it."""
    target = folder / "SHA256SUMS"
    files = sorted(file for file in folder.iterdir() if file.is_file() and file != target)
    target.write_text("".join(f"{dependencies.sha256(file)}  {file.name}\n" for file in files), "utf-8")
    return target
