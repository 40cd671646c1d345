"""Small files to sign, and the programs that judge signatures besides our own."""

from __future__ import annotations

import html
import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import docx
import openpyxl
import pytest

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
SYSTEM_PYTHON = Path("/usr/bin/python3")


def word_file(*paragraphs: str) -> bytes:
    """A one-page docx."""
    document = docx.Document()
    for text in paragraphs or ("共青团林川县委员会新媒体账号统计表",):
        document.add_paragraph(text)
    document.add_table(3, 2).rows[0].cells[0].text = "账号名称"
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def excel_file(rows: int = 3) -> bytes:
    """An xlsx of one sheet with eight columns."""
    book = openpyxl.Workbook()
    for number in range(rows):
        book.active.append([number, "青春林川", "微信公众号", "赵示例", "138****", 3.5 * number, "2026-11-20", "正常"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def members(content: bytes) -> dict[str, bytes]:
    """Name -> bytes of every member of a zip."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def rezipped(parts: Mapping[str, bytes | None]) -> bytes:
    """A zip of these members; those that are None are left out."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            if content is not None:
                package.writestr(name, content)
    return stream.getvalue()


def xmlsec1(content: bytes, folder: Path) -> list[tuple[str, int, int]]:
    """For each signature: what xmlsec1 says of the core, and how many manifest references hold of how many."""
    program = shutil.which("xmlsec1")
    if program is None:
        pytest.skip("xmlsec1 is not installed")
    found = []
    unpacked = folder / "unpacked"
    shutil.rmtree(unpacked, ignore_errors=True)
    for name, part in members(content).items():
        file = unpacked / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(part)
    for file in sorted(unpacked.glob("_xmlsignatures/sig*.xml")):
        maps = []
        for uri in re.findall(r'URI="(/[^"]+)"', file.read_text("utf-8")):
            address = html.unescape(uri)
            maps += [f"--url-map:{address}", str(unpacked / unquote(address[1:].split("?")[0]))]
        ids = ["--id-attr:Id", "http://www.w3.org/2000/09/xmldsig#:Object"]
        ids += ["--id-attr:Id", "http://uri.etsi.org/01903/v1.3.2#:SignedProperties"]
        done = subprocess.run(
            [program, "--verify", "--insecure", *maps, *ids, str(file)], capture_output=True, text=True, check=False
        )
        said = done.stdout + done.stderr
        counted = re.search(r"Manifests References \(ok/all\): (\d+)/(\d+)", said)
        ok, every = (int(counted[1]), int(counted[2])) if counted else (0, -1)
        found.append(("OK" if done.returncode == 0 and said.startswith("OK") else "FAIL", ok, every))
    return found


JARS = Path("/usr/share/java")
POI_JARS = (
    "poi", "poi-ooxml", "poi-ooxml-schemas", "xmlbeans", "xmlsec", "commons-collections4", "commons-codec",
    "commons-compress", "commons-math3", "curvesapi", "slf4j-api", "bcpkix", "bcprov", "bcutil",
)  # fmt: skip
PACKAGES = """<c:config xmlns:c="http://xml.apache.org/xmlbeans/2004/02/xbean/config">
<c:namespace uri="http://schemas.openxmlformats.org/package/2006/digital-signature">
<c:package>org.openxmlformats.schemas.xpackage.x2006.digitalSignature</c:package></c:namespace>
<c:namespace uri="http://www.w3.org/2000/09/xmldsig#"><c:package>org.w3.x2000.x09.xmldsig</c:package></c:namespace>
</c:config>"""
REFERENCES = """<s:schema xmlns:s="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"
xmlns="http://schemas.openxmlformats.org/package/2006/digital-signature"
targetNamespace="http://schemas.openxmlformats.org/package/2006/digital-signature">
<s:complexType name="CT_RelationshipReference"><s:simpleContent><s:extension base="s:string">
<s:attribute name="SourceId" type="s:string" use="required"/></s:extension></s:simpleContent></s:complexType>
<s:complexType name="CT_RelationshipsGroupReference"><s:simpleContent><s:extension base="s:string">
<s:attribute name="SourceType" type="s:anyURI" use="required"/></s:extension></s:simpleContent></s:complexType>
<s:element name="RelationshipReference" type="CT_RelationshipReference"/>
<s:element name="RelationshipsGroupReference" type="CT_RelationshipsGroupReference"/>
</s:schema>"""


def published_schema_of_xml_signatures() -> bytes:
    """The W3C's schema, from Java's XML security library (Debian: libxml-security-java)."""
    jar = JARS / "xmlsec.jar"
    if not jar.exists():
        pytest.skip("no copy of the schema of XML signatures is installed")
    with zipfile.ZipFile(jar) as archive:
        return archive.read("bindings/schemas/xmldsig-core-schema.xsd")


def poi_classes(folder: Path) -> str:
    """A class path with which Apache POI checks signatures.

    Debian's libapache-poi-java 4.0.1 left out the types that checking needs; they are compiled from the schemas.
    """
    missing = [name for name in POI_JARS if not (JARS / f"{name}.jar").exists()]
    if missing or shutil.which("javac") is None:
        pytest.skip(f"Apache POI is not installed whole: {missing}")
    (folder / "xmldsig.xsd").write_bytes(published_schema_of_xml_signatures())
    (folder / "references.xsd").write_text(REFERENCES, "utf-8")
    (folder / "packages.xsdconfig").write_text(PACKAGES, "utf-8")
    jars = [str(JARS / f"{name}.jar") for name in POI_JARS]
    done = subprocess.run(
        ["java", "-cp", ":".join(jars), "org.apache.xmlbeans.impl.tool.SchemaCompiler", "-dl", "-noupa",
         "-out", "types.jar", "xmldsig.xsd", "references.xsd", "packages.xsdconfig"],
        cwd=folder, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert (folder / "types.jar").exists(), done.stdout + done.stderr
    return ":".join([str(folder / "types.jar"), *jars])


def poi(files: Mapping[str, bytes], folder: Path) -> dict[str, str]:
    """For each file what Apache POI says: `2/3` for two of three signatures that hold."""
    classes = poi_classes(folder)
    paths = [folder / name for name in files]
    for path, content in zip(paths, files.values(), strict=True):
        path.write_bytes(content)
    done = subprocess.run(
        ["java", "-cp", classes, str(Path(__file__).with_name("PoiSignatures.java")), *map(str, paths)],
        capture_output=True, text=True, check=False, timeout=170,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return dict(zip(files, done.stdout.split(), strict=True))


def libreoffice(files: Mapping[str, bytes], folder: Path) -> dict[str, Any]:
    """For each file what LibreOffice says: {"signatures": [{"valid", "partial"}], "lines": [{"id", "signed", …}]}."""
    if shutil.which("soffice") is None or not SYSTEM_PYTHON.exists():
        pytest.skip("LibreOffice with its Python is not installed")
    if subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], capture_output=True, check=False).returncode:
        pytest.skip("python3-uno is not installed")
    paths = {}
    for name, content in files.items():
        paths[name] = folder / name
        paths[name].write_bytes(content)
    script = Path(__file__).with_name("uno_signatures.py")
    done = subprocess.run(
        [SYSTEM_PYTHON, "-E", "-s", str(script), str(folder / "profile"), *map(str, paths.values())],
        capture_output=True, text=True, check=False, timeout=170,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    return {name: said[str(path)] for name, path in paths.items()}
