"""Which texts Loki is asked for: the literals of what components may print, so that it sends few lines and misses none that matter."""

from collections.abc import Collection

from bot.diagnosis.signature import Component
from bot.diagnosis.signatures import SIGNATURES


def literals(components: Collection[Component]) -> tuple[str, ...]:
    """The distinct literals of these components' signatures, sorted; each of ASCII, without quote, backslash, ``<``, ``>``, ``&``.

    Left out are the ones marked common. Those are reasons that many a line without meaning ends with ("connection refused"), and what a
    healthy sidecar prints twice a day, which in five thousand pods is ten thousand lines. Of the healthy lines those stay that say that
    a CA was loaded or that roots were read again: they are rare, and they are the other half of "the CA was replaced".
    A literal that holds another one is left out too: who asks for the shorter gets its lines.
    """
    wanted = {one.literal for one in SIGNATURES if not one.is_common and not set(components).isdisjoint(one.components)}
    return tuple(sorted(text for text in wanted if not any(other != text and other in text for other in wanted)))
