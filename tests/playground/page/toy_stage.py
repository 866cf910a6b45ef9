"""A stage without a cluster: it remembers what was asked of it."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from playground.page import Deed, Scenario, StageState, TimeStep, TourStop
from playground.slack import A_MONDAY_AT_NOON, ImpossibleError

TWELVE_DAYS = Scenario(
    id="expires-soon",
    title="Root expires in 12 days",
    summary="Nobody touched the cluster for a year.",
    look_for="A card in #ops that names the day.",
)
HEALTHY = Scenario(
    id="healthy", title="A healthy cluster", summary="Installed in March, renewed in June.", look_for="No card; /dapr status says so."
)
NEWLINE = Deed(id="newline", title="Add one newline to the ConfigMap", explains="An editor did it; kubectl is content.")
TOUR = (
    TourStop(
        id="start", title="Start the story", text="Let us begin with a cluster that will die in 12 days.", where="scenario:expires-soon"
    ),
    TourStop(
        id="ask",
        title="Ask the bot",
        text="Type /dapr status in #ops. Only you see the answer.",
        where="composer",
        try_user="olga",
        try_channel="ops",
        try_text="/dapr status",
    ),
    TourStop(id="end", title="Your turn", text="Press whatever you like.", where="stage"),
)


@dataclass
class ToyStage:
    """Says yes to everything but the id `never`."""

    now: StageState = field(
        default_factory=lambda: StageState(
            kind="simulation",
            cluster="prod-eu",
            now=A_MONDAY_AT_NOON,
            scenario="healthy",
            bot="running, last sweep 12 s ago",
            scenarios=(HEALTHY, TWELVE_DAYS),
            deeds=(NEWLINE,),
            steps=(TimeStep(id="1d", title="1 day"), TimeStep(id="7d", title="7 days")),
            tour=TOUR,
        )
    )
    asked: list[str] = field(default_factory=list)

    def state(self) -> StageState:
        return self.now

    async def play(self, scenario_id: str) -> None:
        self._take(f"play {scenario_id}")
        self.now = replace(self.now, scenario=scenario_id)

    async def do(self, deed_id: str) -> None:
        self._take(f"do {deed_id}")

    async def advance(self, step_id: str) -> None:
        self._take(f"advance {step_id}")
        self.now = replace(self.now, moved_by=self.now.moved_by + timedelta(days=1))

    def _take(self, wish: str) -> None:
        if wish.endswith(" never"):
            raise ImpossibleError("That cannot be done while the cluster is away.")
        self.asked.append(wish)
