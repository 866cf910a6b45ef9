"""What lies sealed in the bot's own Secrets: it comes back as it went in, and prints nothing."""

import os
import zlib
from typing import Final

import pytest
from msgspec.structs import replace

from bot.errors import InputError
from bot.model.trust_pair import BOTH, OLD, SecretBytes, TrustPair
from bot.rotation import vault
from bot.rotation.vault import Backup, Staged
from tests.builders import A_CA, ANOTHER_CA, accepted
from tests.certificates import NOW
from tests.kept import a_backup, a_pair
from tests.requests import a_dossier

KEY: Final = A_CA.key_pem.splitlines()[1].decode()


def a_staging() -> Staged:
    return Staged(run="run-1", dossier=a_dossier(), pairs={OLD: a_pair(), BOTH: a_pair(ANOTHER_CA)})


def test_a_backup_comes_back_to_the_byte() -> None:
    kept = a_backup()

    assert vault.unpacked_backup(vault.packed_backup(kept)) == kept


def test_a_backup_names_the_ca_as_it_is_accepted() -> None:
    kept = a_backup()

    assert (kept.roots, kept.issuer) == (accepted().roots, accepted().issuer)
    assert kept.facts.identity == (kept.roots, kept.issuer)


def test_a_run_comes_back_with_every_pair_and_without_its_sealed_key() -> None:
    staged = a_staging()
    sealed = replace(staged.dossier, sealed_key=b"sealed")

    found = vault.unpacked_staging(vault.packed_staging(Staged(run="run-1", dossier=sealed, pairs=staged.pairs)))

    assert found == Staged(run="run-1", dossier=replace(sealed, sealed_key=b""), pairs=staged.pairs)


def test_nothing_of_it_prints_a_key() -> None:
    told = f"{a_backup()!r} {a_staging()!r} {a_backup().facts!r}"

    assert KEY not in told
    assert "PRIVATE KEY-----" not in told


def test_what_many_workloads_need_is_refused_before_a_cluster_refuses_it() -> None:
    large = TrustPair(ca=os.urandom(2 * vault.LARGEST), issuer=b"", key=SecretBytes(b""))

    with pytest.raises(InputError, match="KiB, and a Secret holds 1000"):
        vault.packed_backup(vault.backup_of(large, NOW))
    with pytest.raises(InputError, match="KiB, and a Secret holds 1000"):
        vault.packed_staging(Staged(run="run-1", dossier=a_dossier(), pairs={OLD: large}))


@pytest.mark.parametrize(
    ("opened", "said"),
    [
        (b"", "holds nothing"),
        (b"\x02rest", "of version 2"),
        (b"\x01rest", "cannot be read"),
        (b"\x01" + zlib.compress(b"\xc0"), "cannot be read"),
        (vault.packed_backup(a_backup())[:-9], "cannot be read"),
        (vault.packed_backup(a_backup()) + b"more", "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_said_in_words_that_quote_nothing(opened: bytes, said: str) -> None:
    for unpacked, name in ((vault.unpacked_backup, "dapr-warden-backup"), (vault.unpacked_staging, "dapr-warden-staging")):
        with pytest.raises(InputError, match=said) as refused:
            unpacked(opened)
        assert name in str(refused.value)
        assert refused.value.__context__ is None


def test_one_is_not_read_as_the_other() -> None:
    with pytest.raises(InputError, match="cannot be read"):
        vault.unpacked_staging(vault.packed_backup(a_backup()))


def test_a_backup_that_names_another_ca_than_it_holds_is_refused() -> None:
    other = a_backup(ANOTHER_CA)
    wrong = Backup(pair=a_pair(), kept_at=NOW, roots=other.roots, issuer=other.issuer)

    with pytest.raises(InputError, match="names another CA"):
        vault.unpacked_backup(vault.packed_backup(wrong))
