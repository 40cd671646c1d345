"""The 授权码 of the office's mailbox in the keyring of the operating system, reached through the vault's one door."""

from __future__ import annotations

from desktop.errors import Refused


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

        try:
            system_key.remember(_service(name), code)
        except Refused as refusal:
            raise Refused(refusal.what, todo="授权码没有存下；不存也可以，发送时再填。") from refusal

    def forget(self, name: str) -> None:
        """Remove it; harmless when there is none, or no trusted keyring.

        Raises:
            Refused: the keyring is locked.
        """
        from desktop.vault import system_key

        try:
            system_key.drop(_service(name))
        except Refused as refusal:
            raise Refused(
                "系统钥匙串没有打开，授权码没有删除。", todo="请登录系统后再试，或到网页邮箱里停用这个授权码。"
            ) from refusal


def _service(address: str) -> str:
    return f"团媒台账·邮箱授权码·{address}"
