"""The office programs of this PC that turn an old file into docx or xlsx: Word, WPS, Excel, LibreOffice.

Word, WPS and Excel are asked through their automation (COM) by a short PowerShell script, the shell that every Windows
from 8.1 on brings; the program itself needs no further library. The script gets its paths from the environment, so no
name is ever part of a command. Values: Word `WdSaveFormat` 12, Excel `XlFileFormat` 51, `MsoAutomationSecurity` 3.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

SECONDS = 120  # a file of some pages takes 2 to 20; the first start of an office after switching on takes longest

_BEGIN = """
$ErrorActionPreference = 'Stop'
$names = @('WINWORD', 'EXCEL', 'wps', 'et')
$before = @(Get-Process -Name $names -ErrorAction SilentlyContinue | ForEach-Object { $_.Id })
$office = New-Object -ComObject $env:TUANMEI_OFFICE
$mine = @(Get-Process -Name $names -ErrorAction SilentlyContinue | Where-Object { $before -notcontains $_.Id })
[IO.File]::WriteAllText($env:TUANMEI_PROCESSES, (($mine | ForEach-Object { $_.Id }) -join ' '))
function Call($on, $name, $values) { $on.GetType().InvokeMember($name, 'InvokeMethod', $null, $on, $values) }
try {
  try { $office.Visible = $false } catch { }
  $office.DisplayAlerts = @ALERTS@
  try { $office.AutomationSecurity = 3 } catch { if ($env:TUANMEI_OFFICE -notlike 'K*') { throw } }
"""
"""An office of Microsoft that does not let its macros be switched off is not used; WPS may lack the switch, for it runs
none unless its user has added a module of its own."""
_END = """
} finally {
  if ($office.@ALL@.Count -eq 0) { $office.Quit() }
  [void][Runtime.InteropServices.Marshal]::ReleaseComObject($office)
}
"""
_TEXT = (
    _BEGIN.replace("@ALERTS@", "0")
    + """
  $file = Call $office.Documents 'Open' @($env:TUANMEI_SOURCE, $false, $true, $false, '-')
  Call $file 'SaveAs' @($env:TUANMEI_TARGET, 12)
  Call $file 'Close' @(0)
"""
    + _END.replace("@ALL@", "Documents")
)
"""Open without a question, read-only, not among the recent files; `-` where a password would be asked for."""
_SHEET = (
    _BEGIN.replace("@ALERTS@", "$false")
    + """
  $office.EnableEvents = $false
  $file = Call $office.Workbooks 'Open' @($env:TUANMEI_SOURCE, 0, $true, 5, '-')
  Call $file 'SaveAs' @($env:TUANMEI_TARGET, 51)
  Call $file 'Close' @($false)
"""
    + _END.replace("@ALL@", "Workbooks")
)
"""Open without updating links, read-only; `-` where a password would be asked for."""


class NotConverted(Exception):
    """An office did not make the file; the next one may."""


class Office(Protocol):
    """One office program."""

    @property
    def name(self) -> str:
        """What people call it."""

    def convert(self, source: Path, target: Path) -> None:
        """Write `source` as docx or xlsx, as the name of `target` says, into the folder of `target`.

        Raises:
            NotConverted: it did not.
        """


@dataclass(frozen=True)
class LibreOffice:
    """LibreOffice, asked on its command line with a profile of its own, so that one already open does not matter."""

    program: str
    name: str = "LibreOffice"

    def convert(self, source: Path, target: Path) -> None:
        """See `Office`."""
        profile = (target.parent / "profile").as_uri()
        command = [self.program, f"-env:UserInstallation={profile}", "--headless", "--convert-to", target.suffix[1:]]
        try:
            subprocess.run(
                [*command, "--outdir", str(target.parent), str(source)],
                check=True,
                capture_output=True,
                timeout=SECONDS,
            )
        except (subprocess.SubprocessError, OSError) as error:
            raise NotConverted(self.name) from error
        made = target.with_name(f"{source.stem}{target.suffix}")
        if not made.exists():
            raise NotConverted(self.name)
        made.replace(target)


@dataclass(frozen=True)
class Automated:
    """Word, Excel or WPS, asked through its automation; `script` is what the shell runs."""

    name: str
    prog_id: str
    script: str
    shell: str = "powershell.exe"
    seconds: float = SECONDS

    def convert(self, source: Path, target: Path) -> None:
        """See `Office`; a program that does not answer in time is ended, but only one that was started for this."""
        processes = target.parent / "processes.txt"
        told = {
            "TUANMEI_OFFICE": self.prog_id,
            "TUANMEI_SOURCE": str(source),
            "TUANMEI_TARGET": str(target),
            "TUANMEI_PROCESSES": str(processes),
        }
        command = [self.shell, "-NoLogo", "-NoProfile", "-NonInteractive", "-Command", self.script]
        try:
            subprocess.run(
                command,
                env={**os.environ, **told},
                check=True,
                capture_output=True,
                stdin=subprocess.DEVNULL,
                timeout=self.seconds,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except (subprocess.SubprocessError, OSError) as error:
            _end(processes)
            raise NotConverted(self.name) from error
        if not target.exists():
            raise NotConverted(self.name)


WORD = Automated("Word", "Word.Application", _TEXT)
WPS_TEXT = Automated("WPS 文字", "KWPS.Application", _TEXT)
EXCEL = Automated("Excel", "Excel.Application", _SHEET)
WPS_SHEET = Automated("WPS 表格", "KET.Application", _SHEET)
ORDER: dict[str, tuple[Automated, ...]] = {
    ".doc": (WORD, WPS_TEXT),
    ".rtf": (WORD, WPS_TEXT),
    ".wps": (WPS_TEXT, WORD),
    ".et": (WPS_SHEET, EXCEL),
    ".xls": (EXCEL, WPS_SHEET),
}
"""Who is asked first: the program whose own format it is; LibreOffice comes last."""


def registered(prog_id: str) -> bool:
    """Whether Windows knows a program by this name; nothing is started."""
    if sys.platform != "win32":
        return False
    import winreg

    try:
        winreg.CloseKey(winreg.OpenKey(winreg.HKEY_CLASSES_ROOT, f"{prog_id}\\CLSID"))
    except OSError:
        return False
    return True


def libreoffice() -> str:
    """The program file of LibreOffice, empty when it is not there."""
    found = shutil.which("soffice")
    if found is not None:
        return found
    folders = [os.environ.get(name, "") for name in ("ProgramFiles", "ProgramFiles(x86)", "ProgramW6432")]
    places = [Path(folder, "LibreOffice", "program", "soffice.exe") for folder in folders if folder]
    return next((str(place) for place in places if place.exists()), "")


def there(
    suffix: str, known: Callable[[str], bool] = registered, program: Callable[[], str] = libreoffice
) -> Iterator[Office]:
    """The office programs of this PC that can convert such a file, in the order they are asked.

    Args:
        suffix: of the old file: .doc, .rtf, .wps, .et, .xls.
        known: says whether Windows knows a program by its automation name.
        program: gives the program file of LibreOffice.
    """
    yield from (one for one in ORDER.get(suffix, ()) if known(one.prog_id))
    if found := program():
        yield LibreOffice(found)


def _end(processes: Path) -> None:
    """End what the script has started and left behind."""
    numbers = processes.read_text("utf-8").split() if processes.exists() else []
    for number in numbers:
        try:
            os.kill(int(number), signal.SIGTERM)
        except (OSError, ValueError):
            continue  # it has ended by itself
