"""Pairs and backups for tests, with keys that belong to them."""

from datetime import datetime

from bot.model.trust_pair import SecretBytes, TrustPair
from bot.rotation import vault
from bot.rotation.vault import Backup
from tests.builders import A_CA, Ca
from tests.certificates import NOW


def a_pair(ca: Ca = A_CA) -> TrustPair:
    return TrustPair(ca=ca.roots_pem, issuer=ca.chain_pem, key=SecretBytes(ca.key_pem))


def a_backup(ca: Ca = A_CA, at: datetime = NOW) -> Backup:
    return vault.backup_of(a_pair(ca), at)
