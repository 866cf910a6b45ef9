"""The guided tour: three minutes, nine stops. A stop is done when it has happened in the workspace, whoever did it and however."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from playground.page import TourStop
from playground.slack import Gesture, Message, SlackEmulator
from playground.slack.people import GUS, OLGA
from playground.stage.world import CHANNEL

FIRST_SCENE: Final = "expires-soon"
COMMAND: Final = "/dapr"
MISMATCH: Final = "Secret and ConfigMap differ"
REPLACED: Final = "The CA was replaced"
REFUSAL: Final = "Guests may not use this bot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What the tour looks at. ``cards``: of the bot in #ops; ``deeds``: ids of what was done in this scenario."""

    slack: SlackEmulator
    cards: tuple[Message, ...]
    deeds: Sequence[str]
    moved_by: timedelta

    def has_card(self, *words: str) -> bool:
        """Whether a card says all of this."""
        return any(all(word in card.everything for word in words) for card in self.cards)

    def asked(self, text: str = "") -> bool:
        """Whether somebody has typed this command (any, without ``text``) and it was taken."""
        typed = (_words(gesture) for gesture in self.slack.gestures if gesture.kind == "slash_commands" and gesture.acked)
        return any(words == text or not text for words in typed)


@dataclass(frozen=True, slots=True)
class _Stop:
    shown: TourStop
    is_done: Callable[[Sight], bool]


STOPS: Final = (
    _Stop(
        TourStop(
            id="warned",
            title="Be warned",
            where="message",
            text="The bot has just seen this cluster for the first time. Its card in #ops says what ends, when, whom it hits and what to "
            "do. Nothing in Dapr would have said so.",
        ),
        # Nobody can see whether it was read, so it is when somebody goes on.
        lambda sight: sight.has_card("root-expiry") and sight.asked(),
    ),
    _Stop(
        TourStop(
            id="ask",
            title="Ask how the cluster is",
            where="composer",
            text="Type /dapr status. The answer comes at once and only you see it; Share shows it to the channel.",
            try_user=OLGA.name,
            try_channel=CHANNEL,
            try_text=f"{COMMAND} status",
        ),
        lambda sight: sight.asked("status"),
    ),
    _Stop(
        TourStop(
            id="newline",
            title="Add one newline",
            where="deed:newline",
            text="Somebody edits the ConfigMap, and the editor ends the file with one newline more. Everything goes on running. "
            "Watch #ops: the card comes within two seconds.",
        ),
        lambda sight: "newline" in sight.deeds and sight.has_card(MISMATCH),
    ),
    _Stop(
        TourStop(
            id="why",
            title="Read why it is dangerous",
            where="composer",
            text="Sentry takes a difference between the two copies for “no CA yet”, and makes a new one when it starts. "
            "Ask for that question alone, and read what was seen and what to do.",
            try_user=OLGA.name,
            try_channel=CHANNEL,
            try_text=f"{COMMAND} check bundle-mismatch",
        ),
        lambda sight: sight.asked("check bundle-mismatch"),
    ),
    _Stop(
        TourStop(
            id="replaced",
            title="See sentry do it",
            where="deed:sentry-restarts",
            text="A node is drained and sentry starts anew. The CA is gone; the card says who wrote it, and which pods do not trust it. "
            "Their open connections go on, so nobody else notices yet. /dapr cert tells who trusts which root.",
        ),
        lambda sight: sight.has_card(REPLACED),
    ),
    _Stop(
        TourStop(
            id="restored",
            title="Restore the pair",
            where="deed:restore",
            text="Somebody has kept a copy of the CA and writes it back, the ConfigMap first. Two healthy looks later the cards are green, "
            "in their place.",
        ),
        lambda sight: "restore" in sight.deeds and sight.has_card(REPLACED, "RESOLVED"),
    ),
    _Stop(
        TourStop(
            id="time",
            title="Let time pass",
            where="time:to-next-mark",
            text="Cluster, bot and Slack move on together, to the next mark of 90, 60, 30, 14, 7, 3, 1 and 0 days. "
            "The card gets worse, and the whole channel hears of it once.",
        ),
        lambda sight: bool(sight.moved_by),
    ),
    _Stop(
        TourStop(
            id="refused",
            title="Be refused",
            where="people",
            text="Gus is a guest of this workspace. He may read what the channel says; but he may not ask.",
            try_user=GUS.name,
            try_channel=CHANNEL,
            try_text=f"{COMMAND} status",
        ),
        lambda sight: any(REFUSAL in message.everything for message in sight.slack.ephemerals(CHANNEL, GUS)),
    ),
    _Stop(
        TourStop(
            id="inspected",
            title="Look behind it",
            where="inspector",
            text="Ask for every question and its answer with /dapr check, and open the inspector: each envelope, how fast it was "
            "acknowledged, every call of the bot, and in red what Slack would not accept.",
            try_user=OLGA.name,
            try_channel=CHANNEL,
            try_text=f"{COMMAND} check",
        ),
        lambda sight: sight.asked("check"),
    ),
)


class Tour:
    """Remembers what has been done, also when another scenario is played meanwhile."""

    def __init__(self, slack: SlackEmulator) -> None:
        self._slack = slack
        self._done: set[str] = set()

    def stops(self, scenario: str, deeds: Sequence[str], *, moved_by: timedelta) -> tuple[TourStop, ...]:
        """The stops as they are now. In a scenario without the deed that it needs, a stop points at the one that has it."""
        cards = tuple(message for message in self._slack.messages(CHANNEL) if not message.is_reply)
        # Moved by the scenario itself is not moved by a person, and the cards of others tell another story.
        if scenario == FIRST_SCENE:
            sight = Sight(slack=self._slack, cards=cards, deeds=deeds, moved_by=moved_by)
            self._done.update(stop.shown.id for stop in STOPS if stop.is_done(sight))
        return tuple(self._shown(stop.shown, scenario) for stop in STOPS)

    def _shown(self, stop: TourStop, scenario: str) -> TourStop:
        elsewhere = scenario != FIRST_SCENE and not stop.try_text
        return replace(stop, done=stop.id in self._done, where=f"scenario:{FIRST_SCENE}" if elsewhere else stop.where)


def _words(gesture: Gesture) -> str:
    return " ".join(str(gesture.payload.get("text", "")).split())
