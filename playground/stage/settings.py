"""The environment of the bot on the stage: as shipped, but for how long a person would have to wait."""

import base64
import secrets
from pathlib import Path
from typing import Final

from playground.slack.people import OLGA, OSCAR, PAVEL, PETRA
from playground.stage.scenario import Scenario
from playground.stage.world import CHANNEL, World

# Every five minutes by default. Here somebody has just done something, or moved time, and looks.
IMPATIENT: Final = {
    "DAPR_WARDEN_SWEEP_SECONDS": "2",
    "DAPR_WARDEN_POLL_SECONDS": "2",
    "DAPR_WARDEN_SETTLE_SECONDS": "1",
    "DAPR_WARDEN_REQUEST_SECONDS": "3",
    "DAPR_WARDEN_LOKI_POLL_SECONDS": "2",
}


def of_the_bot(world: World, folder: Path) -> dict[str, str]:
    """Everything that the bot is told; ``folder`` holds its memory and its credentials."""
    return {
        **world.slack.environment,
        **IMPATIENT,
        "SLACK_CHANNEL": world.slack.channel(CHANNEL).id,
        "DAPR_WARDEN_CLUSTER": world.name,
        "DAPR_WARDEN_HTTP_HOST": "127.0.0.1",
        "DAPR_WARDEN_HTTP_PORT": "0",
        "DAPR_WARDEN_LOKI_URL": world.collector.loki.url,
        "DAPR_WARDEN_KUBECONFIG": str(world.kubeconfig(folder)),
        "DAPR_WARDEN_OPERATORS": f"{OLGA.id},{OSCAR.id}",
        "DAPR_WARDEN_APPROVERS": f"{PAVEL.id},{PETRA.id}",
        "DAPR_WARDEN_ROTATION": "ask",
        # This cluster is too small for a pod of its own that goes first: one of the applications does.
        "DAPR_WARDEN_CANARY": "shop/mail",
        # Simulated applications answer nobody: the page itself stands in for one.
        "DAPR_WARDEN_CANARY_URLS": f"{world.slack.url}/",
        "DAPR_WARDEN_SEALING_KEY_FILE": str(_sealing_key(folder)),
        "DAPR_WARDEN_STORE": f"sqlite:///{folder / 'memory.sqlite3'}",
        "HOME": str(folder),
    }


def _sealing_key(folder: Path) -> Path:
    """As `openssl rand -base64 32` makes one; gone with the folder."""
    file = folder / "sealing-key"
    file.touch(mode=0o600)
    file.write_bytes(base64.b64encode(secrets.token_bytes(32)))
    return file


def deviations(scenario: Scenario) -> dict[str, str]:
    """What this scenario wants otherwise."""
    probes = {"tls_probes": "direct"} if scenario.shows_certificates else {}
    return {f"DAPR_WARDEN_{name.upper()}": value for name, value in {**probes, **scenario.settings}.items()}
