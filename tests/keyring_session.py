"""Runs inside a D-Bus session with a real GNOME Keyring (tests/test_system_key.py starts it) and says what it saw."""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path

import keyring.backends.SecretService as secret_service

from desktop.errors import Locked, Refused
from desktop.store import Store
from desktop.vault import SYSTEM, Vault, cipher, relock, system_key

WORD = "系统钥匙串测试的主口令"


def refusal(deed: object) -> str:
    """What the program says when it refuses."""
    try:
        deed()  # type: ignore[operator]
    except (Refused, Locked) as said:
        return f"{type(said).__name__}: {said.what}"
    return ""


def main(folder: Path) -> dict[str, object]:
    cipher.LEAST, cipher.WANTED = cipher.Cost(1, 8, 1), (0.0, 0.0)
    seen: dict[str, object] = {"backend": type(system_key.backend()).__module__, "available": system_key.available()}
    with Store.open(folder, actor="陈示例") as store:
        vault = Vault(store)
        vault.prove_recovery(vault.create(WORD))
        vault.keep("签名私钥", "公章", b"secret")
        seen["before"] = refusal(Vault(store).unlock_with_system)
        relock.allow_system(vault)
        kept = secret_service.Keyring().get_password(f"团媒台账·密码保险柜·{vault.identity}", system_key.USER)
        seen["bytes"] = len(base64.b64decode(kept or ""))
        seen["is_vault_key"] = base64.b64decode(kept or "") == bytes(vault.key)
        fresh = Vault(store)
        fresh.unlock_with_system()
        seen["opened"] = fresh.kept("签名私钥", "公章") == b"secret"
        relock.change_passphrase(vault, WORD, WORD + "二")
        again = Vault(store)
        again.unlock_with_system()
        seen["after_passphrase"] = not again.locked
        system_key.remember(f"团媒台账·密码保险柜·{vault.identity}", "not base64 at all")
        seen["foreign"] = refusal(Vault(store).unlock_with_system)
        system_key.remember(f"团媒台账·密码保险柜·{vault.identity}", base64.b64encode(bytes(32)).decode())
        seen["other_key"] = refusal(Vault(store).unlock_with_system)
        relock.allow_system(vault)
        relock.rotate_key(vault, WORD + "二")
        seen["after_rotation"] = refusal(Vault(store).unlock_with_system)
        seen["ways"] = SYSTEM in vault.ways()
        relock.allow_system(vault)
        relock.forbid_system(vault)
        seen["forbidden"] = refusal(Vault(store).unlock_with_system)
        service = secret_service.Keyring()
        seen["left"] = service.get_password(f"团媒台账·密码保险柜·{vault.identity}", system_key.USER)
        system_key.forget(vault.identity)  # harmless a second time
    system_key.remember("团媒台账·发信·tw@example.cn", "abcd-授权码")
    seen["short"] = system_key.recall("团媒台账·发信·tw@example.cn")
    system_key.drop("团媒台账·发信·tw@example.cn")
    seen["dropped"] = system_key.recall("团媒台账·发信·tw@example.cn")
    return seen


if __name__ == "__main__":
    json.dump(main(Path(sys.argv[1])), sys.stdout, ensure_ascii=False)
