"""What is there now, and who claims to have written it? Whoever approves a restore should know what goes."""

from collections.abc import Iterator
from typing import Final

from bot.model import authorship, phrases, trust
from bot.model.certificate import Certificate
from bot.model.rotation import Force, Hazard
from bot.rotation.hazard import HazardKind
from bot.rotation.situation import Situation

ID: Final = "foreign-pair"


def look(situation: Situation) -> Iterator[Hazard]:
    """For a restore only."""
    backup = situation.backup
    if backup is None:
        return
    now, before = _named(trust.roots(situation.snapshot)), _named(backup.roots)
    yield Hazard(
        id=ID,
        force=Force.INFORMS,
        fact=" ".join(
            (
                f"Now the pair has {now}; what comes back has {before}, and was kept on {phrases.instant(backup.kept_at)}.",
                *authorship.writers(situation.snapshot),
            )
        ),
        advice="If the change was meant, deny this and accept the new CA instead: docs/checks.md#ca-changed",
    )


def _named(roots: tuple[Certificate, ...]) -> str:
    names = [one.fingerprint[:8] for one in roots]
    return f"{'root' if len(names) == 1 else 'roots'} {phrases.named(names)}" if names else "no root that can be read"


FOREIGN_PAIR = HazardKind(id=ID, look=look)
