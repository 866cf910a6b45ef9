"""Which pictures there are: what is played, what somebody does and asks, and what must be seen before the camera clicks."""

from dataclasses import dataclass
from typing import Final

from handlers.views.approval import APPROVE
from handlers.views.plan import ASK_ROTATION

WIDTH: Final = 1280
HEIGHT: Final = 800


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """``deeds`` in turn, each until its card ``cards`` is there (the first is the one before any deed); then ``step``, then ``ask``.

    ``clicks``: who does what before, in turn: a command that is typed, or the id of a button of the newest message that has it.
    ``ends``: words of a card that comes of it, minutes later. ``sees``: words that the page must show. ``panel``: stage, inspector
    or "". ``is_toured``: the tour's card is open.
    """

    name: str
    scenario: str
    sees: str
    cards: tuple[str, ...] = ()
    deeds: tuple[str, ...] = ()
    step: str = ""
    clicks: tuple[tuple[str, str], ...] = ()
    ends: str = ""
    ask: str = ""
    user: str = "olga"
    panel: str = "stage"
    is_toured: bool = False
    height: int = HEIGHT


ALBUM: Final = (
    Picture(name="welcome", scenario="expires-soon", cards=("expire in 12 days",), sees="expire in 12 days", is_toured=True),
    Picture(name="expires-soon", scenario="expires-soon", cards=("expire in 12 days",), sees="expire in 12 days"),
    Picture(name="rotation", scenario="rotation", cards=("expire in 12 days",), sees="expire in 12 days"),
    Picture(
        name="status",
        scenario="expires-soon",
        cards=("expire in 12 days",),
        ask="status",
        sees="1 thing needs action",
        panel="",
        height=1000,
    ),
    Picture(
        name="time",
        scenario="expires-soon",
        cards=("expire in 12 days", "CRITICAL"),
        step="to-next-mark",
        sees="moved 5 days forward",
        height=1000,
    ),
    Picture(
        name="inspector",
        scenario="expires-soon",
        cards=("expire in 12 days",),
        ask="check",
        sees="slash_commands",
        panel="inspector",
    ),
    Picture(
        name="refused", scenario="expires-soon", cards=("expire in 12 days",), ask="status", user="gus", sees="Guests may not", panel=""
    ),
    Picture(
        name="plan",
        scenario="expires-soon",
        cards=("expire in 12 days",),
        ask="renew",
        sees="rotation of the CA",
        panel="",
        height=1240,
    ),
    Picture(
        name="approval",
        scenario="expires-soon",
        cards=("expire in 12 days",),
        clicks=(("olga", "/dapr renew"), ("olga", ASK_ROTATION)),
        user="pavel",
        sees="Approval needed",
        panel="",
        height=1180,
    ),
    Picture(
        name="approved",
        scenario="expires-soon",
        cards=("expire in 12 days",),
        clicks=(("olga", "/dapr renew"), ("olga", ASK_ROTATION), ("pavel", APPROVE)),
        user="petra",
        sees="Approved by",
        panel="",
        height=860,
    ),
    Picture(
        name="rotated",
        scenario="rotation",
        cards=("expire in 12 days",),
        clicks=(("olga", "/dapr renew"), ("olga", ASK_ROTATION), ("pavel", APPROVE)),
        ends="Rotated by ",
        user="petra",
        sees="calls of 1 canary URL failed",
        panel="",
        height=1180,
    ),
    Picture(name="healthy", scenario="healthy", ask="status", sees="Nothing needs action"),
    Picture(name="doctor", scenario="healthy", ask="doctor", sees="everything is in order", panel="", height=1220),
    Picture(name="doctor-forbidden", scenario="forbidden", cards=("Blind since",), ask="doctor", sees="to mend", panel="", height=1300),
    Picture(name="test-alert", scenario="healthy", ask="test-alert", sees="The test card arrived", panel="", height=700),
    Picture(name="expired", scenario="expired", cards=("have expired",), sees="have expired", height=1480),
    Picture(
        name="diagnose",
        scenario="expired",
        cards=("have expired",),
        ask="diagnose orders",
        sees="This is proved.",
        panel="",
        height=1300,
    ),
    Picture(
        name="newline",
        scenario="mismatch",
        cards=("", "bundle-mismatch"),
        deeds=("newline",),
        sees="Secret and ConfigMap differ",
        height=960,
    ),
    Picture(
        name="mismatch",
        scenario="mismatch",
        cards=("", "bundle-mismatch", "The CA was replaced"),
        deeds=("newline", "sentry-restarts"),
        sees="The CA was replaced",
        height=1120,
    ),
    Picture(name="hard-cut", scenario="hard-cut", cards=("The CA was replaced",), sees="The CA was replaced", height=1520),
    Picture(
        name="cert",
        scenario="hard-cut",
        cards=("The CA was replaced",),
        ask="cert",
        sees="What pods were started with",
        panel="",
        height=1000,
    ),
    Picture(name="configmap-missing", scenario="configmap-missing", cards=("does not exist",), sees="does not exist"),
    Picture(name="helm-reverts", scenario="helm-reverts", cards=("The CA was replaced",), sees="The CA was replaced", height=1300),
    Picture(
        name="restore",
        scenario="helm-reverts",
        cards=("The CA was replaced", "I offer to bring the last good CA back"),
        sees="I offer to bring the last good CA back",
        panel="",
        height=1500,
    ),
    Picture(name="forbidden", scenario="forbidden", cards=("Blind since",), sees="Cannot see this since", height=1400),
    Picture(name="slow", scenario="slow", cards=("expire in 12 days",), ask="status", sees="Could not be judged", height=1000),
    Picture(name="hanging", scenario="hanging", cards=("Blind since",), sees="Blind since"),
    Picture(
        name="five-thousand-pods", scenario="five-thousand-pods", cards=("expire in 12 days",), ask="status", sees="1 thing needs action"
    ),
)
