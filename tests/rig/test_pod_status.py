"""What the rig's kubelet tells of a pod: what the bot and the controllers read out of it."""

from tests.rig.cluster import Object
from tests.rig.pod_status import Story, status_of

BEGAN_AT, STARTED_AT, ENDED_AT = "2026-01-01T00:00:00Z", "2026-01-01T00:00:05Z", "2026-01-01T01:00:00Z"
POD: Object = {"spec": {"containers": [{"name": "app", "image": "app:1"}, {"name": "daprd", "image": "daprd:1"}]}}
ENDED: Object = {"exitCode": 1, "reason": "Error", "startedAt": STARTED_AT, "finishedAt": ENDED_AT}


def told(story: Story) -> Object:
    return status_of(POD, story, ip="127.1.2.3", began_at=BEGAN_AT)


def daprd_of(status: Object) -> Object:
    (found,) = (one for one in status["containerStatuses"] if one["name"] == "daprd")
    assert isinstance(found, dict)
    return found


def is_ready(status: Object) -> bool:
    return {"Ready": "True"}.items() <= {one["type"]: one["status"] for one in status["conditions"]}.items()


def test_a_pod_whose_program_never_started_is_pending() -> None:
    status = told(Story(container="daprd"))

    assert (status["phase"], status["podIP"], is_ready(status)) == ("Pending", "127.1.2.3", False)
    assert daprd_of(status)["state"] == {"waiting": {"reason": "ContainerCreating"}}


def test_a_pod_without_a_program_runs_from_the_beginning_on() -> None:
    status = told(Story(ready=True))

    assert (status["phase"], is_ready(status)) == ("Running", True)
    assert [one["state"] for one in status["containerStatuses"]] == [{"running": {"startedAt": BEGAN_AT}}] * 2


def test_a_program_that_serves_is_ready_since_then() -> None:
    status = told(Story(container="daprd", ready=True, started_at=STARTED_AT, ready_changed_at=ENDED_AT))

    assert (status["phase"], is_ready(status), daprd_of(status)["ready"]) == ("Running", True, True)
    assert daprd_of(status)["state"] == {"running": {"startedAt": STARTED_AT}}
    assert [one["lastTransitionTime"] for one in status["conditions"] if one["type"] == "Ready"] == [ENDED_AT]


def test_a_program_that_ended_waits_in_crash_loop_back_off_and_its_end_is_told() -> None:
    status = told(Story(container="daprd", started_at=STARTED_AT, restarts=1, ended=ENDED, back_off=20.0))

    assert (status["phase"], is_ready(status)) == ("Running", False)
    waits = {"reason": "CrashLoopBackOff", "message": "back-off 20s restarting failed container=daprd"}
    assert daprd_of(status)["state"] == {"waiting": waits}
    assert daprd_of(status)["lastState"] == {"terminated": ENDED}
    assert (daprd_of(status)["restartCount"], daprd_of(status)["started"]) == (1, False)
