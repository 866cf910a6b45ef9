"""What only the real client can promise of writes: what goes over the wire, that it goes once, and that no key is in any error."""

import base64
import io
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Final

import msgspec
import pytest

from bot.adapters.kubernetes import KubernetesCluster, errors
from bot.adapters.kubernetes.needs import rotating
from bot.config import from_env
from bot.errors import BotError, Conflicting, Forbidden, Malformed, Missing, Permanent, Throttled, TimedOut, Unreachable
from bot.model.trust_pair import SecretBytes, Version
from bot.ports import Hands
from playground.kubernetes import Effect, Rule, SimulatedCluster
from tests.adapters.kubernetes.conftest import Open
from tests.cards import NOW
from tests.certificates import Files, a_good_bundle, a_key, key_pem
from tests.contract.hands_cases import BOTH, ORDERS, a_pair, a_tenure, another_bundle
from tests.contract.hands_objects import (
    BACKUP,
    BUNDLE,
    JWT_KEY,
    LEASE,
    NAMESPACE,
    STAGING,
    bundle_configmap,
    bundle_secret,
    namespace,
    own_objects,
    workload,
)
from tests.rig.canaries import heard, of_key, of_token
from tests.talkative import everything

OLD_KEY, NEW_KEY = key_pem(a_key("p256", "canary old")), key_pem(a_key("p256", "canary new"))
SEALED: Final = "sealed-canary-sealed-canary-sealed-canary-sealed"
LATER: Final = "later-sealed-canary-later-sealed-canary-later-sealed"
CANARIES = [
    of_key("old key", OLD_KEY),
    of_key("new key", NEW_KEY),
    *map(of_token, ("jwt", "sealed", "later"), (JWT_KEY.decode(), SEALED, LATER)),
]

UNKNOWN = {
    Effect.SLAM: (Unreachable, False),
    Effect.ERROR: (Unreachable, False),
    Effect.HANG: (TimedOut, False),
    Effect.CUT: (Unreachable, True),
    Effect.HALF: (Unreachable, True),
    Effect.DRIP: (TimedOut, True),
    Effect.BODY: (Unreachable, False),
}
"""What is said of a write, and whether it was made."""
REFUSED = {
    Effect.FORBID: Forbidden,
    Effect.THROTTLE: Throttled,
    Effect.REDIRECT: Malformed,
    Effect.HTML_404: Malformed,
}

Write = Callable[[], Awaitable[object]]
WRITES: Final = {
    "write_configmap": ("update", "configmaps"),
    "write_secret": ("update", "secrets"),
    "keep": ("update", "secrets"),
    "hold": ("update", "leases"),
    "restart": ("patch", "deployments"),
}
READS: Final = {"pair": "secrets", "kept": "secrets", "tenure": "leases"}


def install(kube: SimulatedCluster, files: Files | None = None) -> None:
    files = files or replace(a_good_bundle(), key=OLD_KEY)
    vault, staging, lease = own_objects()
    vault["data"] = {"sealed": base64.b64encode(SEALED.encode()).decode()}
    spaces = (namespace(NAMESPACE), namespace("shop"))
    for one in (*spaces, bundle_secret(files), bundle_configmap(files.ca), vault, staging, lease, workload(ORDERS)):
        kube.put(one)


async def methods(hands: Hands) -> dict[str, Write]:
    """Each of them, ready to be called."""
    live, kept, tenure = await hands.pair(), await hands.kept(BACKUP), await hands.tenure()
    new = replace(another_bundle(), key=NEW_KEY)
    return {
        "pair": hands.pair,
        "kept": lambda: hands.kept(BACKUP),
        "tenure": hands.tenure,
        "write_configmap": lambda: hands.write_configmap(new.ca, BOTH, live.configmap),
        "write_secret": lambda: hands.write_secret(a_pair(new), BOTH, live.secret),
        "rehearse_secret": lambda: hands.rehearse_secret(a_pair(new), BOTH, live.secret),
        "keep": lambda: hands.keep(BACKUP, LATER.encode(), kept.version),
        "hold": lambda: hands.hold(a_tenure("warden-a", 1, tenure), NOW),
        "restart": lambda: hands.restart(ORDERS, "5d0f/apps"),
    }


def versions(kube: SimulatedCluster) -> list[str]:
    """Of all that could have been written."""
    objects = [("Secret", BUNDLE, NAMESPACE), ("ConfigMap", BUNDLE, NAMESPACE), ("Secret", BACKUP, NAMESPACE), ("Lease", LEASE, NAMESPACE)]
    return [kube.get(*one)["metadata"]["resourceVersion"] for one in (*objects, (ORDERS.kind, ORDERS.name, ORDERS.namespace))]


def sent(kube: SimulatedCluster) -> list[str]:
    return [f"{verb} {path}" for verb, path, _ in kube.requests if verb in ("update", "patch", "create", "delete")]


def silent(error: BaseException, log: io.StringIO) -> bool:
    return heard(CANARIES, [("error", everything(error).encode()), ("log", log.getvalue().encode())]) == []


async def test_a_write_is_one_request_in_the_name_of_dapr_warden(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    install(kube)
    calls = await methods(cluster.hands)

    for name in WRITES:
        await calls[name]()

    here = f"/api/v1/namespaces/{NAMESPACE}"
    assert sent(kube) == [
        f"update {here}/configmaps/{BUNDLE}?fieldManager=dapr-warden",
        f"update {here}/secrets/{BUNDLE}?fieldManager=dapr-warden",
        f"update {here}/secrets/{BACKUP}?fieldManager=dapr-warden",
        f"update /apis/coordination.k8s.io/v1/namespaces/{NAMESPACE}/leases/{LEASE}?fieldManager=dapr-warden",
        "patch /apis/apps/v1/namespaces/shop/deployments/orders?fieldManager=dapr-warden",
    ]


async def test_a_rehearsal_is_the_same_request_as_a_dry_run(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    install(kube)
    calls, before = await methods(cluster.hands), versions(kube)

    await calls["rehearse_secret"]()

    assert sent(kube) == [f"update /api/v1/namespaces/{NAMESPACE}/secrets/{BUNDLE}?fieldManager=dapr-warden&dryRun=All"]
    assert versions(kube) == before


@pytest.mark.parametrize("effect", [*UNKNOWN, *REFUSED], ids=lambda effect: effect.name)
async def test_a_rehearsal_that_fails_changes_nothing_and_shows_no_key(
    kube: SimulatedCluster, open_cluster: Open, log: io.StringIO, effect: Effect
) -> None:
    install(kube)
    async with open_cluster(request_seconds="1") as cluster:
        calls, before = await methods(cluster.hands), versions(kube)
        kube.fault(effect, verb="update", resource="secrets", body=b'{"kind":"Secret","data":{"x":"' + base64.b64encode(OLD_KEY) + b'"}')

        with pytest.raises(BotError) as caught:
            await calls["rehearse_secret"]()

    assert (len(sent(kube)), versions(kube)) == (1, before)
    assert silent(caught.value, log)


@pytest.mark.parametrize("effect", UNKNOWN, ids=lambda effect: effect.name)
@pytest.mark.parametrize("name", WRITES)
async def test_a_write_whose_outcome_is_unknown_says_so_and_is_never_sent_again(
    kube: SimulatedCluster, open_cluster: Open, log: io.StringIO, name: str, effect: Effect
) -> None:
    install(kube)
    async with open_cluster(request_seconds="1") as cluster:
        calls, before = await methods(cluster.hands), versions(kube)
        verb, resource = WRITES[name]
        kube.fault(effect, verb=verb, resource=resource, body=b'{"kind":"Secret","data":{"x":"' + base64.b64encode(OLD_KEY) + b'"}')
        error, is_done = UNKNOWN[effect]

        with pytest.raises(error, match=r"Whether it was done is not known\.$") as caught:
            await calls[name]()

    assert (len(sent(kube)), versions(kube) != before) == (1, is_done)
    assert "reads what is there now" in caught.value.hint
    assert silent(caught.value, log)


@pytest.mark.parametrize("effect", REFUSED, ids=lambda effect: effect.name)
@pytest.mark.parametrize("name", WRITES)
async def test_a_write_that_is_refused_was_not_made(
    kube: SimulatedCluster, cluster: KubernetesCluster, log: io.StringIO, name: str, effect: Effect
) -> None:
    install(kube)
    calls, before = await methods(cluster.hands), versions(kube)
    verb, resource = WRITES[name]
    kube.fault(effect, verb=verb, resource=resource)

    with pytest.raises(REFUSED[effect]) as caught:
        await calls[name]()

    assert (len(sent(kube)), versions(kube)) == (1, before)
    assert "not known" not in str(caught.value)
    assert silent(caught.value, log)


@pytest.mark.parametrize("effect", [*UNKNOWN, *REFUSED, Effect.UNAUTHORIZED, Effect.BOMB], ids=lambda effect: effect.name)
@pytest.mark.parametrize("name", [*READS, "write_secret", "keep"])
async def test_no_failure_to_read_shows_a_key_and_nothing_is_written_after_it(
    kube: SimulatedCluster, open_cluster: Open, log: io.StringIO, name: str, effect: Effect
) -> None:
    install(kube)
    async with open_cluster(request_seconds="1") as cluster:
        calls = await methods(cluster.hands)
        body = b"64" if effect is Effect.BOMB else b'{"kind":"Secret","data":{"x":"' + base64.b64encode(OLD_KEY) + b'"}'
        kube.fault(effect, verb="get", resource=READS.get(name, "secrets"), body=body)

        with pytest.raises(BotError) as caught:
            await calls[name]()

    assert sent(kube) == []
    assert silent(caught.value, log)


async def test_what_was_overtaken_is_not_even_sent(kube: SimulatedCluster, cluster: KubernetesCluster, log: io.StringIO) -> None:
    install(kube)
    calls = await methods(cluster.hands)
    for kind, name in (("Secret", BUNDLE), ("ConfigMap", BUNDLE), ("Secret", BACKUP), ("Lease", LEASE)):
        stored = kube.get(kind, name, NAMESPACE)
        kube.put({**stored, "metadata": {**stored["metadata"], "labels": {"touched": "1"}}})

    for name in ("write_configmap", "write_secret", "keep", "hold"):
        with pytest.raises(Conflicting, match="somebody else wrote in between, so nothing was sent") as caught:
            await calls[name]()
        assert silent(caught.value, log)

    assert sent(kube) == []


async def test_who_writes_between_our_reading_and_our_writing_is_not_overwritten(
    kube: SimulatedCluster, cluster: KubernetesCluster, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(kube)
    calls = await methods(cluster.hands)
    original = kube.store.update

    def update(kind: Any, obj: Any, hand: Any) -> Any:
        stored = kube.store.get(kind, NAMESPACE, obj["metadata"]["name"]).object
        original(kind, {**stored, "metadata": {**stored["metadata"], "labels": {"faster": "yes"}}}, hand)
        return original(kind, obj, hand)

    monkeypatch.setattr(kube.store, "update", update)

    for name in ("write_configmap", "write_secret", "keep", "hold"):
        with pytest.raises(Conflicting, match=r"somebody else wrote in between \(409\)") as caught:
            await calls[name]()
        assert silent(caught.value, log)
    assert all(kube.get(kind, BUNDLE, NAMESPACE)["metadata"]["labels"] == {"faster": "yes"} for kind in ("Secret", "ConfigMap"))


async def test_an_api_server_that_is_away_was_sent_nothing(open_cluster: Open, kube: SimulatedCluster, log: io.StringIO) -> None:
    install(kube)
    async with open_cluster() as cluster:
        await kube.__aexit__()

        with pytest.raises(Unreachable, match=r"Nothing was sent\.$") as caught:
            await cluster.hands.restart(ORDERS, "5d0f/apps")

    assert silent(caught.value, log)


async def test_an_immutable_object_is_refused_with_words(kube: SimulatedCluster, cluster: KubernetesCluster, log: io.StringIO) -> None:
    install(kube)
    kube.put({**kube.get("Secret", BUNDLE, NAMESPACE), "immutable": True})
    calls = await methods(cluster.hands)

    with pytest.raises(Permanent, match=r"refuses the object as it would be \(422\)") as caught:
        await calls["write_secret"]()

    assert "immutable" in caught.value.hint
    assert silent(caught.value, log)


async def test_a_ca_that_no_configmap_can_hold_is_not_sent(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    install(kube)
    live = await cluster.hands.pair()

    with pytest.raises(Malformed, match="not UTF-8"):
        await cluster.hands.write_configmap(b"\xff" + live.pair.ca, BOTH, live.configmap)

    assert sent(kube) == []


async def test_whoever_may_only_read_is_told_where_the_rights_are(kube: SimulatedCluster, open_cluster: Open, log: io.StringIO) -> None:
    install(kube)
    readable = [Rule(verbs=("get",), groups=(group,), resources=("*",)) for group in ("", "coordination.k8s.io")]
    async with open_cluster(token=kube.token("reader", *readable)) as cluster:
        calls = await methods(cluster.hands)
        for name in WRITES:
            with pytest.raises(Forbidden, match=f"{WRITES[name][0]} {WRITES[name][1]}") as caught:
                await calls[name]()
            assert "components/rotation" in caught.value.hint
            assert silent(caught.value, log)


async def test_the_rights_that_are_declared_are_enough(kube: SimulatedCluster, open_cluster: Open) -> None:
    install(kube)
    declared = [
        Rule(
            verbs=(need.verb,),
            groups=(need.group,),
            resources=(need.resource,),
            names=(need.name,) if need.name else (),
            namespace=need.namespace,
        )
        for need in rotating(from_env({}))
    ]
    async with open_cluster(token=kube.token("rotator", *declared)) as cluster:
        calls = await methods(cluster.hands)
        for name in calls:
            if name not in WRITES:
                await calls[name]()
        for name in WRITES:
            await calls[name]()
        with pytest.raises(Forbidden):
            await cluster.hands.kept("somebody-elses")
        assert (await cluster.hands.kept(STAGING)).sealed == b""


async def test_names_follow_the_settings(kube: SimulatedCluster, open_cluster: Open) -> None:
    files = another_bundle()
    values = {"root.pem": files.ca, "chain.pem": files.issuer, "tls.key": files.key}
    metadata = {"name": "mine", "namespace": "dapr"}
    kube.put(
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": metadata,
            "data": {key: base64.b64encode(value).decode() for key, value in values.items()},
        }
    )
    kube.put({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"root.pem": files.ca.decode()}})
    names = {"ca_key": "root.pem", "issuer_cert_key": "chain.pem", "issuer_key_key": "tls.key"}

    async with open_cluster(namespace="dapr", bundle_name="mine", **names) as cluster:
        live = await cluster.hands.pair()
        changed = replace(a_pair(files), ca=files.ca + files.ca, key=SecretBytes(NEW_KEY))
        await cluster.hands.write_configmap(changed.ca, BOTH, live.configmap)
        await cluster.hands.write_secret(changed, BOTH, live.secret)
        after = await cluster.hands.pair()

    assert (live.pair, after.pair, after.is_open) == (a_pair(files), changed, False)
    assert set(kube.get("Secret", "mine", "dapr")["data"]) == set(values)


async def test_a_version_of_another_object_is_a_conflict(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    install(kube)
    live = await cluster.hands.pair()

    with pytest.raises(Conflicting):
        await cluster.hands.write_configmap(live.pair.ca, BOTH, Version("", live.configmap.resource_version))


async def test_values_that_are_no_base64_are_not_shown(kube: SimulatedCluster, cluster: KubernetesCluster, log: io.StringIO) -> None:
    install(kube)
    stored = kube.get("Secret", BUNDLE, NAMESPACE)
    broken = {"issuer.key": f"%{base64.b64encode(OLD_KEY).decode()}", "x": base64.b64encode(NEW_KEY).decode()}
    kube.put({**stored, "data": {**stored["data"], **broken}})

    with pytest.raises(Malformed, match="not base64") as caught:
        await cluster.hands.pair()

    assert silent(caught.value, log)


async def test_the_canaries_would_be_heard(kube: SimulatedCluster) -> None:
    install(kube)

    with pytest.raises(Missing) as caught:
        _raise_with(kube.get("Secret", BUNDLE, NAMESPACE), kube.get("Secret", BACKUP, NAMESPACE))

    assert heard(CANARIES, [("error", str(caught.value).encode())]) == ["old key in error", "jwt in error", "sealed in error"]


def _raise_with(*objects: object) -> None:
    raise Missing(repr(objects))


@pytest.mark.parametrize(
    "said",
    [
        "secrets \"x\" is forbidden: ValidatingAdmissionPolicy 'dapr-warden-rotation-objects' with binding 'b' denied request: never",
        'admission webhook "v.kyverno.svc" denied the request: labels are missing',
    ],
)
def test_what_a_policy_forbids_is_not_told_as_a_right_that_is_missing(said: str) -> None:
    body = msgspec.json.encode({"kind": "Status", "reason": "Forbidden", "message": said, "code": 403})
    update = [need for need in rotating(from_env({})) if need.verb == "update"]

    told = {need.resource: errors.refused(need, 403, {}, body) for need in update}

    assert all(isinstance(one, Forbidden) and "a policy of the cluster forbids it (403)" in str(one) for one in told.values())
    assert all("audit log" in one.hint and "Grant" not in one.hint for one in told.values())
    own_words = said.removeprefix('secrets "x" is forbidden: ')
    assert {resource for resource, one in told.items() if f': "{own_words}".' in str(one)} == {"configmaps", "leases"}
