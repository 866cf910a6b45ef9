import hashlib
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from bot.model import pem
from bot.model.chains import Endpoint, LiveChain, LiveChains, NoChain
from bot.model.finding import Severity
from bot.model.inventory import Entry, Inventory, State, inventory
from bot.model.places import Holder, Kind
from bot.model.policy import Policy
from bot.model.snapshot import IssuerGauge, ObjectFacts, Snapshot, Writer
from tests.builders import (
    A_CA,
    ANOTHER_CA,
    LONG_AGO,
    Ca,
    a_ca,
    a_configmap,
    a_crd,
    a_pod,
    a_secret,
    a_webhook,
    days,
    hours,
    some_facts,
    unobserved,
)
from tests.certificates import NOW, Made, a_key, a_leaf, a_root, an_issuer, cross_signed
from tests.unasked import a_snapshot

OLD = a_ca("old", expires_in=days(12), starts_in=days(-353))
NEW = a_ca("new", expires_in=days(364), starts_in=days(-1))
AN_HOUR, A_DAY = hours(1), hours(24)


def listed(snapshot: Snapshot) -> Inventory:
    return inventory(snapshot, Policy())


def print_of(made: Made) -> str:
    return hashlib.sha256(made.der).hexdigest()


def of(made: Made, among: Inventory) -> Entry:
    (one,) = [entry for entry in among.entries if entry.fingerprint == print_of(made)]
    return one


def where(entry: Entry) -> list[str]:
    return [place.words for place in entry.places]


def shown(*chain: Made, component: str = "sentry", pod: str = "dapr-sentry-0") -> LiveChain:
    endpoint = Endpoint(component=component, namespace="dapr-system", pod=pod, ip="10.0.0.1", port=50001)
    return LiveChain(endpoint=endpoint, chain=pem.read(b"".join(one.pem for one in chain)))


def a_served(ca: Ca, *, age: timedelta = AN_HOUR, lifetime: timedelta = A_DAY) -> Made:
    return a_leaf(ca.chain[0], not_before=NOW - age, not_after=NOW - age + lifetime)


def test_a_certificate_in_several_places_is_one_entry() -> None:
    root, issuer = listed(a_snapshot()).entries

    assert (root.kind, issuer.kind) == (Kind.ROOT, Kind.ISSUER)
    assert where(root) == [
        "Secret dapr-trust-bundle",
        "ConfigMap dapr-trust-bundle",
        "webhook dapr-sidecar-injector",
        "CRD subscriptions.dapr.io",
        "2 pods of 2 apps (shop/checkout, shop/orders)",
    ]
    assert where(issuer) == ["Secret dapr-trust-bundle", "loaded by sentry (dapr-sentry-0)"]


def test_an_entry_has_what_people_compare() -> None:
    root, issuer = listed(a_snapshot(ca=a_ca(expires_in=days(12)))).entries

    assert (root.subject, root.issuer, root.key_kind, root.days_left) == ("O=cluster.local", "O=cluster.local", "ECDSA P-256", 12)
    assert (root.state, root.severity, issuer.severity) == (State.VALID, Severity.WARNING, Severity.WARNING)
    assert root.fingerprint
    assert root.serial


def test_the_worst_is_first_expired_then_not_yet_valid_then_by_time_left() -> None:
    expired, early, soon = (
        a_root("a", not_before=NOW - days(9), not_after=NOW - days(3)),
        a_root("b", not_before=NOW + hours(2)),
        a_root("c", not_after=NOW + days(9)),
    )
    both = b"".join(root.pem for root in (soon, early, expired))
    snapshot = a_snapshot(
        secret=a_secret(ca=both, issuer=b""), configmap=a_configmap(both), webhook=None, crd=None, pods=[], issuer_gauges=()
    )

    found = listed(snapshot)

    assert [one.state for one in found.entries] == [State.EXPIRED, State.NOT_YET_VALID, State.VALID]
    assert [one.severity for one in found.entries] == [Severity.CRITICAL, Severity.CRITICAL, Severity.WARNING]


def test_ties_are_broken_the_same_way_every_time() -> None:
    # A root and an issuer of sentry's own end together.
    assert [entry.kind for entry in listed(a_snapshot(ca=a_ca(expires_in=days(12)))).entries] == [Kind.ROOT, Kind.ISSUER]


def test_what_nothing_signed_today_needs_is_last_and_never_worse_than_a_notice() -> None:
    snapshot = a_snapshot(ca=NEW, pods=[a_pod(anchors=OLD.roots_pem + NEW.roots_pem)])

    *_, last = listed(snapshot).entries

    assert last.fingerprint == print_of(OLD.roots[0])
    assert (last.needed, last.severity) == (False, Severity.NOTICE)


def test_where_the_chain_is_not_known_every_certificate_counts() -> None:
    found = listed(a_snapshot(ca=NEW, secret=unobserved(), pods=[a_pod(anchors=OLD.roots_pem)], issuer_gauges=unobserved()))

    assert all(entry.needed for entry in found.entries)
    assert found.entries[0].fingerprint == print_of(OLD.roots[0])


def test_a_root_and_what_it_has_signed_are_of_one_generation() -> None:
    found = listed(a_snapshot(pods=[a_pod(anchors=OLD.roots_pem), a_pod("checkout", anchors=A_CA.roots_pem)]))

    assert [(one.letter, one.standing.value) for one in found.generations] == [("A", "former root"), ("B", "present root")]
    assert of(A_CA.chain[0], found).generations == of(A_CA.roots[0], found).generations == ("B",)
    assert of(OLD.roots[0], found).generations == ("A",)


def test_a_root_that_only_pods_have_and_that_is_younger_than_the_present_one_is_newer_not_former() -> None:
    # helm-reverts: the old CA is back, the pods were started with the new one.
    found = listed(a_snapshot(ca=OLD, pods=[a_pod(anchors=NEW.roots_pem)]))

    assert [one.standing.value for one in found.generations] == ["present root", "newer root"]


def test_a_cross_signed_chain_hangs_on_both_generations() -> None:
    old, new = a_root("cluster.local", not_before=NOW - days(300)), a_root("new.local")
    old_issuer = an_issuer(old)
    issuer, cross = an_issuer(new, "new issuer"), cross_signed(new, old_issuer)
    ca = Ca((old, new), (issuer, cross, old_issuer))

    found = listed(a_snapshot(ca=ca, pods=[a_pod(anchors=ca.roots_pem)]))

    assert of(issuer, found).generations == ("A", "B")
    assert of(cross, found).generations == of(old_issuer, found).generations == ("A",)


def test_a_root_that_was_signed_again_with_the_same_key_is_the_same_generation() -> None:
    first = A_CA.roots[0]
    again = a_root(first.certificate.subject, key=first.key, not_after=NOW + days(700))  # type: ignore[arg-type]  # a name is fine

    (generation,) = listed(a_snapshot(pods=[a_pod(anchors=again.pem)])).generations

    assert len(generation.fingerprints) == 2
    assert generation.fingerprints[0] == print_of(first)


def test_pods_are_grouped_by_the_generations_that_they_trust() -> None:
    old_only = [a_pod("orders", anchors=OLD.roots_pem, number=at) for at in range(3)]
    both = [a_pod("cart", anchors=OLD.roots_pem + NEW.roots_pem, number=at) for at in range(2)]
    snapshot = a_snapshot(ca=NEW, pods=[*old_only, *both, a_pod("mail", anchors=NEW.roots_pem), a_pod("odd", anchors=b"no PEM")])

    found = listed(snapshot)

    assert [(group.generations, group.pods, group.apps, group.severity) for group in found.trusting] == [
        (("A",), 3, ("shop/orders",), Severity.CRITICAL),
        (("A", "B"), 2, ("shop/cart",), Severity.OK),
        ((), 1, ("shop/odd",), Severity.UNKNOWN),
        (("B",), 1, ("shop/mail",), Severity.OK),
    ]
    assert [one.pods for one in found.generations] == [5, 3]
    assert found.severity is Severity.CRITICAL


def test_of_pods_that_were_not_seen_nobody_says_that_none_trusts_a_root() -> None:
    found = listed(a_snapshot(census=unobserved()))

    assert [one.pods for one in found.generations] == [None]
    assert found.severity is Severity.UNKNOWN


def test_five_thousand_pods_are_one_place() -> None:
    pods = [a_pod(f"app-{at % 250}", number=at) for at in range(5000)]

    root, *_ = listed(a_snapshot(pods=pods)).entries

    assert where(root)[-1] == "5000 pods of 250 apps (shop/app-0, shop/app-1, shop/app-10, …)"


def test_a_servers_short_certificate_is_no_alarm_while_it_is_renewed_in_time() -> None:
    leaf = a_served(A_CA)
    found = listed(a_snapshot(chains=LiveChains(shown=(shown(leaf, A_CA.chain[0]),))))

    entry = of(leaf, found)

    assert (entry.kind, entry.severity, entry.renews_itself) == (Kind.SERVER, Severity.OK, True)
    assert entry.spiffe_id == "spiffe://public/ns/default/app"
    assert entry.generations == ("A",)
    assert found.entries[-1] == entry
    assert "sent along by sentry (dapr-sentry-0)" in where(of(A_CA.chain[0], found))


def test_a_servers_short_certificate_that_should_have_been_renewed_is_a_warning_and_first() -> None:
    leaf = a_served(A_CA, age=hours(22))

    first, *_ = listed(a_snapshot(chains=LiveChains(shown=(shown(leaf),)))).entries

    assert (first.fingerprint, first.severity, first.renews_itself) == (print_of(leaf), Severity.WARNING, False)


def test_a_servers_expired_certificate_is_critical() -> None:
    leaf = a_served(A_CA, age=hours(25))

    first, *_ = listed(a_snapshot(chains=LiveChains(shown=(shown(leaf),)))).entries

    assert (first.state, first.severity) == (State.EXPIRED, Severity.CRITICAL)


def test_a_servers_long_certificate_is_judged_by_the_ladder() -> None:
    leaf = a_served(A_CA, age=days(355), lifetime=days(365))

    first, *_ = listed(a_snapshot(chains=LiveChains(shown=(shown(leaf),)))).entries

    assert (first.fingerprint, first.severity) == (print_of(leaf), Severity.WARNING)


def test_an_issuer_that_is_still_served_is_needed_though_the_secret_has_another() -> None:
    chains = LiveChains(shown=(shown(a_served(OLD), OLD.chain[0], component="operator", pod="dapr-operator-0"),))

    entry = of(OLD.chain[0], listed(a_snapshot(ca=NEW, chains=chains)))

    assert (entry.kind, entry.needed, entry.severity) == (Kind.ISSUER, True, Severity.WARNING)
    assert where(entry) == ["sent along by operator (dapr-operator-0)"]


def test_many_servers_with_one_issuer_are_one_place_of_it() -> None:
    chains = LiveChains(shown=tuple(shown(a_served(A_CA), A_CA.chain[0], component="daprd", pod=f"cart-{at}") for at in range(5)))

    issuer = of(A_CA.chain[0], listed(a_snapshot(chains=chains)))

    assert "sent along by daprd (cart-0, cart-1, cart-2, …)" in where(issuer)


def test_an_issuer_that_runs_but_does_not_stand_in_the_secret_is_listed_by_its_end() -> None:
    found = listed(a_snapshot(issuer_gauges=(IssuerGauge(pod="dapr-sentry-0", not_after_at=NOW + days(3)),)))

    first, *_ = found.entries

    assert (first.kind, first.fingerprint, first.days_left, first.severity) == (Kind.ISSUER, "", 3, Severity.CRITICAL)
    assert where(first) == ["loaded by sentry (dapr-sentry-0)"]


def test_the_owner_is_what_manages_the_object_else_who_wrote_it_last() -> None:
    helm = ObjectFacts(uid="1", resource_version="1", owners=("Helm release dapr",))
    sentry = replace(some_facts("helm"), writers=(*some_facts("helm").writers, Writer("sentry", "Update", LONG_AGO + days(9), ("ca.crt",))))

    root, *_ = listed(a_snapshot(secret=a_secret(facts=helm), configmap=a_configmap(facts=sentry))).entries

    assert [place.owner for place in root.places] == ["Helm release dapr", "sentry", "dapr-sidecar-injector", "dapr-operator", ""]


@pytest.mark.parametrize(
    ("part", "fact"),
    [
        ("secret", "Cannot see the trust bundle's Secret: get secrets dapr-trust-bundle: forbidden (403)"),
        ("configmap", "Cannot see the trust bundle's ConfigMap: get secrets dapr-trust-bundle: forbidden (403)"),
        ("webhook", "Cannot see the sidecar injector's webhook: get secrets dapr-trust-bundle: forbidden (403)"),
        ("crd", "Cannot see the CRD subscriptions.dapr.io: get secrets dapr-trust-bundle: forbidden (403)"),
        ("census", "Cannot see the pods: get secrets dapr-trust-bundle: forbidden (403)"),
        ("issuer_gauges", "Cannot see sentry's metrics: get secrets dapr-trust-bundle: forbidden (403)"),
        ("chains", "Cannot see the certificates that servers show: get secrets dapr-trust-bundle: forbidden (403)"),
    ],
)
def test_what_was_not_seen_is_said_and_makes_the_whole_unknown(part: str, fact: str) -> None:
    unseen: dict[str, Any] = {part: unobserved()}

    found = listed(a_snapshot(**unseen))

    assert fact in [blank.fact for blank in found.blanks]
    assert found.severity is Severity.UNKNOWN


def test_what_is_not_looked_at_by_choice_is_said_but_no_trouble() -> None:
    found = listed(a_snapshot(off=True))

    assert "DAPR_WARDEN_CA_SECRET_ACCESS is off" in [blank.fact for blank in found.blanks]
    assert found.severity is Severity.OK


def test_what_does_not_exist_is_said() -> None:
    facts = [blank.fact for blank in listed(a_snapshot(secret=None, configmap=None, webhook=None, crd=a_crd(None))).blanks]

    assert facts[:4] == [
        "There is no Secret dapr-trust-bundle in namespace dapr-system.",
        "There is no ConfigMap dapr-trust-bundle in namespace dapr-system.",
        "There is no webhook dapr-sidecar-injector.",
        "CustomResourceDefinition subscriptions.dapr.io has no caBundle.",
    ]


def test_a_cluster_without_any_certificate_is_unknown_never_ok() -> None:
    found = listed(a_snapshot(off=True, configmap=None, webhook=None, crd=None, pods=[], issuer_gauges=()))

    assert found.entries == ()
    assert found.severity is Severity.UNKNOWN


def test_a_broken_text_is_said_and_what_can_be_read_in_it_is_listed() -> None:
    broken = A_CA.roots_pem + b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"

    found = listed(a_snapshot(secret=a_secret(ca=broken)))

    assert print_of(A_CA.roots[0]) in [entry.fingerprint for entry in found.entries]
    assert [blank.severity for blank in found.blanks if blank.fact.startswith("ca.crt of Secret dapr-trust-bundle is damaged: ")] == [
        Severity.UNKNOWN
    ]


def test_servers_that_showed_nothing_are_told_together() -> None:
    silent = tuple(NoChain(endpoint=shown(A_CA.chain[0], pod=f"dapr-sentry-{at}").endpoint, why=unobserved()) for at in range(5))

    (fact,) = [blank.fact for blank in listed(a_snapshot(chains=LiveChains(silent=silent))).blanks]

    assert fact.startswith("5 servers showed no certificate: sentry (dapr-system/dapr-sentry-0, port 50001), ")
    assert " and 2 more: get secrets" in fact


def test_up_to_1_11_the_webhooks_have_a_root_of_their_own_which_is_no_former_one() -> None:
    found = listed(a_snapshot(version="1.10.4", configmap=None, webhook=a_webhook(ANOTHER_CA.roots_pem), crd=None))

    own = of(ANOTHER_CA.roots[0], found)

    assert [one.standing.value for one in found.generations if one.letter in own.generations] == ["the webhook's own root"]
    assert own.needed
    assert [place.holder for place in own.places] == [Holder.WEBHOOK]


def test_among_hundreds_of_roots_with_one_subject_the_search_ends_and_what_it_did_not_find_is_unknown() -> None:
    twins = [a_root("twin", key=a_key("ed25519", f"twin {at}"), not_before=NOW - days(900)) for at in range(200)]
    strangers = [an_issuer(a_root("twin", key=a_key("ed25519", f"stranger {at}")), f"issuer {at}") for at in range(3)]
    ours = an_issuer(twins[-1], "ours")
    webhook = a_webhook(b"".join(root.pem for root in twins))

    found, lost = (
        listed(a_snapshot(webhook=webhook, chains=LiveChains(shown=tuple(shown(a_leaf(one), one) for one in issuers))))
        for issuers in ([ours], [*strangers, ours])
    )

    assert [one.standing.value for one in found.generations if one.letter in of(ours, found).generations] == ["former root"]
    assert of(ours, lost).generations == ()
    assert len(lost.generations) == 201
    assert lost.generations[-1].letter == "S8"
