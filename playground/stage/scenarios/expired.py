"""The story that this bot was written for: the root has expired, and every log talks about something else."""

import json
from datetime import datetime, timedelta
from typing import Final

from playground.kubernetes import sentry_log
from playground.stage.deeds import RENEW
from playground.stage.scenario import Scenario
from playground.stage.world import World

AGO: Final = timedelta(days=3)
DISTURBED: Final = timedelta(days=18)
VERSION: Final = "1.10.4"

OPERATOR: Final = (
    "W{at:%m%d %H:%M:%S.%f}       1 reflector.go:347] pkg/mod/k8s.io/client-go@v0.26.1/tools/cache/reflector.go:169: watch of *v1.Secret "
    'ended with: an error on the server ("unable to decode an event from the watch stream: http2: client connection lost") has prevented '
    "the request from succeeding"
)
SIDECAR: Final = (
    "error starting server: error from authenticator CreateSignedWorkloadCert: error from sentry SignCertificate: rpc error: code = "
    'Unavailable desc = connection error: desc = "transport: authentication handshake failed: tls: failed to verify certificate: x509: '
    "certificate has expired or is not yet valid: current time {now:%Y-%m-%dT%H:%M:%SZ} is after {end:%Y-%m-%dT%H:%M:%SZ}"
)
SENTRY: Final = "Dapr root certificate expiration warning: certificate has expired."
HOURLY: Final = tuple(timedelta(hours=hours, minutes=20) for hours in (2, 1, 0))


def _begin(world: World) -> None:
    world.install(left=-AGO, version=VERSION, pod_state="CrashLoopBackOff")
    now: datetime = world.clock.now()
    end = world.authority.not_after_at
    for ago in HOURLY:
        line = sentry_log.line(SENTRY, at=now - ago, level="warning", pod="dapr-sentry-0", version=VERSION)
        world.collector.printed("dapr-sentry", "dapr-sentry-0", line, ago=ago)
    world.collector.printed("dapr-operator", "dapr-operator-0", OPERATOR.format(at=now), ago=timedelta(minutes=2))
    printed = {
        "app_id": "mail",
        "level": "error",
        "msg": SIDECAR.format(now=now, end=end),
        "scope": "dapr.runtime.grpc.internal",
        "type": "log",
    }
    world.collector.printed("daprd", "mail-5d9c7b6f8-0", json.dumps(printed), namespace="shop", ago=timedelta(minutes=1))
    world.say("mia", "My deployment of `orders` ran into its 5 minutes and was rolled back. Twice. I only changed a text.", minutes_ago=185)
    world.say("oscar", "New pods: `daprd` is in `CrashLoopBackOff`. Probes: `GET /healthz: connect: connection refused`.", minutes_ago=171)
    world.say("mia", "There is nothing in the application's log.", minutes_ago=168)
    world.say(
        "olga",
        f"The operator has this, but it is from {now - DISTURBED:%d %B}:\n```{OPERATOR.format(at=now - DISTURBED)}```",
        minutes_ago=140,
    )
    world.say("oscar", "So the network? I am asking the platform team.", minutes_ago=131)
    world.say("olga", f"Two hours later, deep in a sidecar of another team:\n```{SIDECAR.format(now=now, end=end)}```", minutes_ago=21)
    world.say(
        "olga",
        f"And sentry, once an hour, where nobody looks:\n```{SENTRY}```\nThe root. Since {end:%A}. Why did nothing tell us?",
    )


EXPIRED: Final = Scenario(
    id="expired",
    title="The story: expired, and nobody knew",
    summary="Dapr 1.10.4. The root expired three days ago, sidecars crash-loop, and the operator's log blames the network.",
    look_for="Three people needed hours for it. The bot's first sentence is the cause; the card says what to do, and in which order.",
    begin=_begin,
    deeds=(RENEW,),
)
