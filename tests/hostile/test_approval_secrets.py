"""The new issuer's key, sealed into a dossier and kept, decided on, destroyed: it is in no file, log, text or JSON on the way."""

import io
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from bot.adapters import store as sqlite
from bot.adapters.sealing import AesGcmSeal
from bot.cli import record
from bot.errors import Malformed
from bot.model.approval import expired
from bot.rotation import authority
from tests.cards import HOUR, NOW
from tests.requests import a_deed, a_dossier, a_request
from tests.rig.canaries import Canary, heard, of_key

SEALING_KEY = bytes(range(32))


def _files(folder: Path, when: str) -> list[tuple[str, bytes]]:
    return [(f"{each.name}, {when}", each.read_bytes()) for each in folder.iterdir()]


async def test_a_key_in_a_dossier_is_nowhere_in_the_clear(log: io.StringIO, tmp_path: Path) -> None:
    new = authority.established("cluster.local", "dapr-system", NOW, timedelta(days=365))
    key, seal = new.issuer_key.revealed(), AesGcmSeal(SEALING_KEY)
    canaries = [of_key("new issuer's key", key), Canary("sealing key", (SEALING_KEY, SEALING_KEY.hex().encode()))]
    dossier = a_dossier(seal.seal(key, "r1"), root=new.root.der, issuer=new.issuer.der)
    places: list[tuple[str, bytes]] = []

    async with sqlite.opened(f"sqlite:///{tmp_path}/memory.sqlite3") as store:
        await store.approvals.open_request(a_request(), dossier, a_deed())
        asked = await store.approvals.request("r1")
        assert asked is not None
        places += _files(tmp_path, "pending")
        with pytest.raises(Malformed) as refused:
            await store.approvals.open_request(a_request(cluster="prod-us"), dossier, a_deed())
        await store.approvals.save_request(a_request(), expired(a_request(), NOW + HOUR), [a_deed("plan-expired")])
        places += _files(tmp_path, "ended")
        entries = await store.approvals.record()
    places += [
        ("repr", repr((new, new.issuer_key, seal, dossier, asked)).encode()),
        ("JSON", msgspec.json.encode(asked)),
        ("error", f"{refused.value!r} {refused.value.__cause__!r}".encode()),
        ("export", (record.exported_text(entries) + record.exported_json(entries)).encode()),
        ("log", log.getvalue().encode()),
    ]

    assert seal.open(asked.dossier.sealed_key, "r1") == key
    assert heard(canaries, places) == []
    assert "parameters hidden" in str(refused.value)
    assert [name for name, content in places if asked.dossier.sealed_key in content] == ["memory.sqlite3-wal, pending"]
    assert heard(canaries, [("clear", key + SEALING_KEY)]) == ["new issuer's key in clear", "sealing key in clear"]
