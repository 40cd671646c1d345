"""`python3 run.py test-linux`: the .deb in a fresh Debian 12, and `pipx install .` beside it, each checking itself."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from time import monotonic

from installer.places import BUILD, DIST, NAME, ROOT, VERSION, BuildError, require, run, say

PACKAGE = NAME.lower()
RELEASE = "bookworm"
USER = "clerk"
CHECK = f"QT_QPA_PLATFORM=offscreen /usr/bin/{PACKAGE} --self-check --output /tmp/check"


def run_all() -> int:
    """Make a fresh Debian, install, check as an ordinary user, remove; returns the exit code.

    Raises:
        BuildError: something failed; carries what was printed.
    """
    package = DIST / f"{PACKAGE}_{VERSION}_amd64.deb"
    if not package.exists():
        raise BuildError("run `python3 run.py package` first")
    require({"mmdebstrap": "mmdebstrap", "unshare": "util-linux"})
    started = monotonic()
    folder = fresh()
    say("2. the .deb is installed with what it depends on")
    shutil.copyfile(package, folder / "tmp" / package.name)
    inside(folder, f"apt-get install -y -q --no-install-recommends /tmp/{package.name}")
    inside(folder, f"useradd -m {USER}")
    say("3. it checks itself as an ordinary user")
    say(inside(folder, f"su - {USER} -c '{CHECK}'"))
    inside(folder, f"apt-get install -y -q --no-install-recommends desktop-file-utils && desktop-file-validate "
                   f"/usr/share/applications/{PACKAGE}.desktop")  # fmt: skip
    say("4. it is removed without leaving anything of itself; the data stay")
    inside(folder, f"su - {USER} -c '/usr/bin/{PACKAGE} backup'")
    inside(folder, f"apt-get remove -y -q {PACKAGE}")
    left = [path for path in (folder / "usr").rglob(f"*{PACKAGE}*") if "/dpkg/" not in path.as_posix()]
    if left or not (folder / "home" / USER / ".local" / "share" / PACKAGE / f"{PACKAGE}.sqlite").exists():
        raise BuildError(f"after removal: {left}")
    say("5. pipx install .")
    source = folder / "tmp" / "source"
    run("git", "-C", ROOT, "archive", "--format=tar", "-o", folder / "tmp" / "source.tar", "HEAD")
    source.mkdir()
    run("tar", "-xf", folder / "tmp" / "source.tar", "-C", source)
    inside(folder, "apt-get install -y -q --no-install-recommends pipx python3-venv ca-certificates")
    hand_over_pip(folder)
    inside(folder, f"chown -R {USER} /tmp/source && su - {USER} -c 'pipx install /tmp/source'")
    checked = f"QT_QPA_PLATFORM=offscreen .local/bin/{PACKAGE} --self-check --output /tmp/check-pipx"
    say(inside(folder, f"su - {USER} -c '{checked}'"))
    shutil.rmtree(folder)
    say(f"ALL PASSED in {monotonic() - started:.0f} s")
    return 0


def fresh() -> Path:
    """A Debian of nothing but the essential packages, made once and unpacked anew each time."""
    say("1. a fresh Debian 12")
    packed = BUILD / f"{RELEASE}.tar"
    if not packed.exists():
        sites = run("apt-get", "indextargets", "--format", "$(SITE) $(COMPONENT)", "Created-By: Packages").split("\n")
        site = next(line.split()[0] for line in sites if line.endswith(" main") and "security" not in line)
        run("mmdebstrap", "--variant=minbase", RELEASE, packed, site)
    folder = BUILD / RELEASE
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    run("tar", "-xf", packed, "-C", folder)
    for name in ("resolv.conf", "hosts"):
        shutil.copyfile(Path("/etc") / name, folder / "etc" / name)
    inside(folder, "apt-get update -q")
    return folder


def hand_over_pip(folder: Path) -> None:
    """Let pip inside find packages where pip outside finds them: its configuration and certificates go along."""
    for name in ("/etc/pip.conf", "/etc/ssl/certs/ca-certificates.crt"):
        if Path(name).exists():
            target = folder / name.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(name, target)


def inside(folder: Path, command: str) -> str:
    """Run a shell command in the Debian of that folder; returns what it printed.

    Raises:
        BuildError: it failed.
    """
    enter = f'mount -t proc proc {folder}/proc && mount --bind /dev {folder}/dev && chroot {folder} sh -c "$0"'
    done = subprocess.run(
        ["unshare", "--mount", "--fork", "sh", "-c", enter, command],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace", check=False,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    if done.returncode != 0:
        raise BuildError(f"in Debian: {command} ended with {done.returncode}:\n{done.stdout[-3000:]}")
    return done.stdout.strip()
