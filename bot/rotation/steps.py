"""The steps of each kind of rotation, as a plan tells them, with what they may take."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from bot.model import phrases
from bot.model.rotation import WAIT, Kind, Reach, Step, Undo
from bot.rotation.situation import Situation

SECOND: Final = timedelta(seconds=1)
MINUTE: Final = timedelta(minutes=1)
# A kubelet brings a changed Secret within 90 s, sentry waits for 2 more.
RELOAD: Final = timedelta(seconds=100)
# Pods that are replaced together: an estimate, as images are there already.
_BACK: Final = timedelta(seconds=90)
# A number that somebody made up must not be more than a calendar holds.
_MOST: Final = 10_000
# Sentry, injector, operator, placement, scheduler.
_COMPONENTS: Final = 5


def steps(situation: Situation) -> tuple[Step, ...]:
    """In order."""
    match situation.kind:
        case Kind.CROSS_SIGNED:
            return tuple(_cross_signed(situation))
        case Kind.RECOVERY:
            return tuple(_recovery(situation.reach))
        case Kind.RESTORE:
            return tuple(_restore(situation.reach))


def _cross_signed(situation: Situation) -> Iterator[Step]:
    reach, waits_for = situation.reach, situation.leaves_for
    yield from _before()
    yield Step(
        id="vouch",
        title="The old issuer vouches for the new root",
        detail="The old issuer's key signs one certificate, the new root's; the new root's own key is gone by then.",
        takes=SECOND,
        undo=Undo.UNCHANGED,
    )
    yield _pair(
        "Both objects hold the old roots and the new one",
        "ca.crt: every present root, then the new one. issuer.crt: new issuer, cross-certificate, then the present issuer.crt.",
        Undo.OLD_ISSUER,
    )
    yield _sentry(Undo.OLD_ISSUER)
    yield from _control_plane("both roots", Undo.OLD_ISSUER)
    yield from _waves(reach, Undo.OLD_ISSUER)
    yield Step(
        id=WAIT,
        title="No certificate of the old issuer lives",
        detail=f"The last one ends {phrases.left(waits_for)} after the last sentry changed. Nothing shortens that.",
        takes=waits_for,
        undo=Undo.OLD_ISSUER,
    )
    yield Step(
        id="drop-old-root",
        title="Both objects hold the new root alone",
        detail="Only when every live pod trusts the new root: ca.crt is the new root, issuer.crt the new issuer alone, in one pair write.",
        takes=5 * SECOND + RELOAD,
        undo=Undo.NO_MORE,
    )
    yield Step(
        id="control-plane-again",
        title="The control plane trusts the new root alone",
        detail="Its workloads are restarted once more, one after the other: an injector notices its first change of roots only.",
        takes=_COMPONENTS * MINUTE,
        undo=Undo.NO_MORE,
    )
    yield _proof()


def _recovery(reach: Reach) -> Iterator[Step]:
    yield from _before()
    yield _pair(
        "Both objects hold the new CA",
        "The old CA is dead, so nothing of it is kept but the backup. Written in a moment in which no sentry starts or reloads.",
        Undo.DEAD_CA,
    )
    yield _sentry(Undo.DEAD_CA)
    yield from _control_plane("the new root", Undo.DEAD_CA)
    yield _without_sidecar(Undo.DEAD_CA)
    yield from _waves(reach, Undo.DEAD_CA)
    yield _proof()


def _restore(reach: Reach) -> Iterator[Step]:
    yield from _before("Secret and ConfigMap, byte for byte: the foreign pair is kept beside the last good one.")
    yield _pair(
        "Both objects hold the last good CA",
        "The kept pair, byte for byte. Written in a moment in which no sentry starts or reloads.",
        Undo.FOREIGN_PAIR,
    )
    yield _sentry(Undo.FOREIGN_PAIR, "the restored issuer")
    yield from _control_plane("the restored roots", Undo.FOREIGN_PAIR)
    yield _without_sidecar(Undo.FOREIGN_PAIR)
    yield from _waves(reach, Undo.FOREIGN_PAIR)
    yield _proof("the restored CA")


def back() -> tuple[Step, ...]:
    """The way back, in order, from wherever it begins."""
    return (
        Step(
            id="write-back",
            title="The Secret holds the old issuer again",
            detail="ca.crt keeps every root, so nobody loses anybody.",
            takes=5 * SECOND,
            undo=Undo.OLD_ISSUER,
        ),
        Step(
            id="sentry-back",
            title="Every sentry signs with the old issuer",
            detail="Restarted pod by pod at once; seen at each replica.",
            takes=MINUTE,
            undo=Undo.OLD_ISSUER,
        ),
        Step(
            id="wait-for-new-leaves",
            title="No certificate of the new issuer lives",
            detail="Until then every root stays trusted.",
            takes=MINUTE,
            undo=Undo.OLD_ISSUER,
        ),
        Step(
            id="return-pair",
            title="Both objects are as they were, byte for byte",
            detail="ConfigMap first, then Secret, from the sealed copy.",
            takes=5 * SECOND,
            undo=Undo.UNCHANGED,
        ),
    )


def _before(kept: str = "Secret and ConfigMap, byte for byte, with the new pair beside them.") -> Iterator[Step]:
    yield Step(
        id="preflight",
        title="Everything is still as it was approved",
        detail="Both objects, versions, workloads, permissions and the clock are compared with what the approval was bound to.",
        takes=30 * SECOND,
        undo=Undo.UNCHANGED,
    )
    yield Step(
        id="backup",
        title="The present pair is kept, sealed, and opens again",
        detail=kept,
        takes=5 * SECOND,
        undo=Undo.UNCHANGED,
    )


def _pair(title: str, detail: str, undo: Undo) -> Step:
    ways = "ConfigMap first, then Secret, each only if nobody else wrote it meanwhile; jwt.key, jwks.json and other keys stay as they are."
    return Step(id="write-pair", title=title, detail=f"{detail} {ways}", takes=5 * SECOND, undo=undo)


def _sentry(undo: Undo, issuer: str = "the new issuer") -> Step:
    return Step(
        id="sentry",
        title=f"Every sentry signs with {issuer}",
        detail="Seen at each replica; one that does not reload by itself is restarted, one at a time.",
        takes=RELOAD + MINUTE,
        undo=undo,
    )


def _control_plane(what: str, undo: Undo) -> Iterator[Step]:
    yield Step(
        id="control-plane",
        title=f"The control plane trusts {what}",
        detail="Injector, operator, placement and scheduler are restarted in turn; each has to come back with a new certificate.",
        takes=(_COMPONENTS - 1) * MINUTE,
        undo=undo,
    )
    yield Step(
        id="admission",
        title=f"A pod that starts now gets {what}",
        detail="Both caBundles hold it, and a canary pod that is admitted afterwards shows it in its environment.",
        takes=MINUTE,
        undo=undo,
    )


def _without_sidecar(undo: Undo) -> Step:
    return Step(
        id="pods-without-sidecar",
        title="Every pod that asks for a sidecar has one",
        detail="Pods that started without daprd, while the API server did not trust the injector, are found and recreated.",
        takes=MINUTE,
        undo=undo,
    )


def _waves(reach: Reach, undo: Undo) -> Iterator[Step]:
    for number, wave in enumerate(reach.waves):
        told = phrases.named([str(one) for one in wave], most=5)
        yield Step(
            id=f"wave-{number}" if number else "canary",
            title=f"{told} {'is' if len(wave) == 1 else 'are'} back",
            detail="Recreated pod by pod, as their workloads and disruption budgets allow; the first that does not come back ends it.",
            takes=_BACK * min(max(-(-one.pods // one.at_once) for one in wave), _MOST),
            undo=undo,
        )


def _proof(ca: str = "the new CA") -> Step:
    return Step(
        id="proof",
        title="Everybody trusts everybody",
        detail=f"Live chains, the census of all pods and the caBundles show {ca} everywhere, and nothing was put back.",
        takes=MINUTE,
        undo=Undo.NO_MORE,
    )


def without_wait(told: Sequence[Step]) -> timedelta:
    """What the steps take in which somebody may wait for the bot, and not the bot for old certificates."""
    return sum((one.takes for one in told if one.id != WAIT), timedelta())
