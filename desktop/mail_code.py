"""The 授权码 of the office's mailbox in the keyring of the operating system, reached through the vault's one door."""

from __future__ import annotations


class KeyringCodes:
    """`mailing.Codes` on the trusted keyring; each call may ask the system, so not on the interface thread."""

    def read(self, name: str) -> str | None:
        """The code of a mailbox, None when none is kept.

        Raises:
            Refused: there is no trusted keyring, or it is locked.
        """
        from desktop.vault import system_key

        return system_key.recall(_service(name))

    def keep(self, name: str, code: str) -> None:
        """Keep the code of a mailbox.

        Raises:
            Refused: there is no trusted keyring, or it refused.
        """
        from desktop.vault import system_key

        system_key.remember(_service(name), code)

    def forget(self, name: str) -> None:
        """Remove it; harmless when there is none."""
        from desktop.vault import system_key

        system_key.drop(_service(name))


def _service(address: str) -> str:
    return f"团媒台账·邮箱授权码·{address}"
