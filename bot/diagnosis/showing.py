"""What the target's own sidecars show in a handshake, as several causes need it."""

from bot.diagnosis.clues import Clues
from bot.model import serving
from bot.model.observed import Observed
from bot.model.serving import Verdict


def refused_sidecars(clues: Clues) -> tuple[Verdict, ...]:
    """What the target's sidecars show and whoever has the present roots refuses."""
    chains, roots = clues.scene.chains, serving.present_roots(clues.snapshot)
    if not isinstance(chains, Observed) or roots is None:
        return ()
    found = [serving.verdict(one, roots, clues.snapshot) for one in chains.value.shown]
    return tuple(one for one in found if one.is_judged and not (one.is_foreign or one.is_early or one.is_accepted))
