"""The Linux package: one .deb for amd64 with Debian 12's own Python 3.11, everything else inside."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import run as start
from installer import contents, dependencies, tree
from installer.places import BUILD, DIST, HERE, NAME, ROOT, TITLE, VERSION, BuildError, built_at, run, say

PACKAGE = NAME.lower()
HOME = Path("usr") / "lib" / PACKAGE
FONTS = "fonts-noto-cjk | fonts-wqy-microhei | fonts-wqy-zenhei | fonts-arphic-uming"
RECOMMENDED = ("fonts-liberation | fonts-liberation2", "gnome-keyring | kwalletmanager", "cups-client", "fcitx5 | ibus")
STARTER = f"""#!/bin/sh
# Debian's Python without anything of the user's own (-I), the program's packages before it.
exec /usr/bin/python3.11 -I -X utf8 -B /{HOME}/start.py "$@"
"""
START = f"""import sys
from pathlib import Path

here = Path(__file__).resolve().parent
sys.argv[0] = "{PACKAGE}"  # the window's class, by which a desktop finds the icon (StartupWMClass)
sys.path[:0] = [str(here / "app"), str(here / "site")]

from desktop.__main__ import main  # noqa: E402  its folder was only now made known

sys.exit(main())
"""
MIME = f"""<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="application/x-tuanmei-form">
    <comment>{TITLE}表单包</comment>
    <glob pattern="*.tmform"/>
  </mime-type>
</mime-info>
"""
DESKTOP = f"""[Desktop Entry]
Type=Application
Name={TITLE}
Name[en]=Tuanmei
Comment=新媒体账号的台账、填报、交接与报送
Exec={PACKAGE} %f
Icon={PACKAGE}
Terminal=false
Categories=Office;
MimeType=application/x-tuanmei-form;
StartupWMClass={PACKAGE}
"""


def build() -> Path:
    """Make the package in dist/ and return it."""
    say("5. Linux package")
    folder = BUILD / "deb"
    shutil.rmtree(folder, ignore_errors=True)
    inside = folder / HOME
    tree.packages(dependencies.LINUX, inside / "site")
    tree.trim_qt_linux(inside / "site")
    tree.program(inside / "app")
    components = contents.collect(folder, inside / "site", dependencies.LINUX, inside / contents.FOLDER)
    contents.write_list(inside / contents.FOLDER, components)
    tree.byte_compile(inside / "site")
    tree.byte_compile(inside / "app")
    (inside / "start.py").write_text(START, "utf-8")
    write(folder / "usr" / "bin" / PACKAGE, STARTER, 0o755)
    write(folder / "usr" / "share" / "applications" / f"{PACKAGE}.desktop", DESKTOP)
    write(folder / "usr" / "share" / "mime" / "packages" / f"{PACKAGE}.xml", MIME)
    icon = folder / "usr" / "share" / "icons" / "hicolor" / "scalable" / "apps" / f"{PACKAGE}.svg"
    contents.put(ROOT / "resources" / "icons" / "tuanmei.svg", icon)
    contents.put(HERE / "debian-copyright.txt", folder / "usr" / "share" / "doc" / PACKAGE / "copyright")
    write(folder / "DEBIAN" / "control", control(installed_kib(folder)))
    for file in folder.rglob("*"):
        os.utime(file, (built_at(), built_at()))
    target = DIST / f"{PACKAGE}_{VERSION}_amd64.deb"
    run("dpkg-deb", "--root-owner-group", "-Zxz", "--build", folder, target,
        env={"SOURCE_DATE_EPOCH": str(built_at())})  # fmt: skip
    bill = DIST / f"{PACKAGE}-{VERSION}-linux.cdx.json"
    bill.write_text(contents.bill_of_materials(components, "Debian 12 amd64"), "utf-8")
    say(f"  {target.name}: {target.stat().st_size / 1e6:.1f} MB, installed {installed_kib(folder) / 1000:.0f} MB")
    return target


def write(file: Path, text: str, mode: int = 0o644) -> None:
    """Write one small file of the package."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    file.chmod(mode)


def installed_kib(folder: Path) -> int:
    """What the package takes on disk, in KiB."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) // 1024


def control(size: int) -> str:
    """What Debian's package manager reads: the libraries Qt loads are those run.py asks for in a checkout."""
    if not start.QT_LIBRARIES:
        raise BuildError("run.py names no libraries of Qt")
    needed = ["python3.11", *sorted(set(start.QT_LIBRARIES.values())), FONTS]
    return f"""Package: {PACKAGE}
Version: {VERSION}
Architecture: amd64
Maintainer: {TITLE} <maintainers@tuanmei.invalid>
Installed-Size: {size}
Depends: {", ".join(needed)}
Recommends: {", ".join(RECOMMENDED)}
Section: misc
Priority: optional
Description: {TITLE}：新媒体账号的台账、填报、交接与报送
 县级（旗县）和学校团组织的新媒体账号台账、统计表与备案表的填报、
 交接与密码保管、自查与整改、报送与汇总。不连网，数据只在本机。
"""
