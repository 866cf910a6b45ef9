"""What sentry does to its two objects, as cases over a :class:`SentryWorld`: run on the simulated one and on real ones, per version."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.model.certificate import certificate
from bot.model.pem import read
from bot.model.versions import Version
from playground.kubernetes import jwt
from tests.certificates import DAY, Made, a_key, a_root, an_issuer, cross_signed, key_pem
from tests.contract.sentry_world import SentryWorld, became, owners, pair, write
from tests.rig.dapr import TrustBundle

SentryCase = Callable[[SentryWorld, datetime], None]

FILES: Final = {"ca.crt", "issuer.crt", "issuer.key"}
LATE: Final = 1.0
JWT_KEY: Final = key_pem(a_key("rsa2048"))
JWT: Final = {"jwt.key": JWT_KEY, "jwks.json": jwt.key_set(JWT_KEY)}


def valid(now: datetime, *, name: str = "", days: int = 30) -> tuple[Made, Made]:
    """A root and an issuer that are valid now; the issuer for that many days."""
    root = a_root(f"{name}root", not_before=now - DAY, not_after=now + 30 * DAY)
    return root, an_issuer(root, f"{name}issuer", not_before=now - DAY, not_after=now + days * DAY)


def ended(before: datetime, ends_at: datetime) -> TrustBundle:
    """A bundle whose root and issuer end together."""
    root = a_root(not_before=before, not_after=ends_at)
    return bundle(root, an_issuer(root, not_before=before, not_after=ends_at))


def bundle(root: Made, issuer: Made) -> TrustBundle:
    return TrustBundle.of(ca=root.pem, issuer=issuer.pem, key=issuer.key_pem)


def a_bundle(now: datetime, *, days: int = 30) -> TrustBundle:
    return bundle(*valid(now, days=days))


def with_a_newline(good: TrustBundle) -> TrustBundle:
    return replace(good, config_map={"ca.crt": good.secret["ca.crt"] + b"\n"})


def ends_at(issuer_crt: bytes) -> float:
    return certificate(read(issuer_crt).blocks[0].der).not_after_at.timestamp()


def an_empty_pair_is_filled_with_a_new_ca(world: SentryWorld, now: datetime) -> None:
    assert world.start()

    after = pair(world)
    assert after.secret.keys() == FILES
    assert owners(world.get("Secret")) == {"sentry": FILES}
    if world.version.class_ != "A":
        assert after.configmap == {"ca.crt": after.secret["ca.crt"]}
        assert owners(world.get("ConfigMap")) == {"sentry": {"ca.crt"}}
    (entry,) = (entry for entry in world.get("Secret")["metadata"]["managedFields"] if entry["manager"] == "sentry")
    assert (entry["operation"], entry["apiVersion"]) == ("Update", "v1")
    root, issuer = (certificate(read(after.secret[name]).blocks[0].der) for name in ("ca.crt", "issuer.crt"))
    assert root.not_after_at == issuer.not_after_at
    assert root.key_kind == issuer.key_kind == ("Ed25519" if world.version.number >= (1, 18, 0) else "ECDSA P-256")
    assert timedelta(days=364) < root.not_after_at - now < timedelta(days=366)


def a_good_pair_is_kept_and_not_written(world: SentryWorld, now: datetime) -> None:
    write(world, a_bundle(now))
    versions = [world.get(kind)["metadata"]["resourceVersion"] for kind in ("Secret", "ConfigMap")]

    assert world.start()
    assert world.reload()

    assert [world.get(kind)["metadata"]["resourceVersion"] for kind in ("Secret", "ConfigMap")] == versions


def one_newline_more_in_the_configmap_replaces_the_ca_at_the_start(world: SentryWorld, now: datetime) -> None:
    write(world, with_a_newline(a_bundle(now)))
    before = pair(world)

    assert became(world, before, serves=world.start()) == "replaced"

    after = pair(world)
    assert after.configmap["ca.crt"] == after.secret["ca.crt"] != before.secret["ca.crt"]
    assert after.secret["issuer.key"] != before.secret["issuer.key"]


def one_newline_more_in_the_configmap_replaces_the_ca_at_a_reload(world: SentryWorld, now: datetime) -> None:
    write(world, a_bundle(now))
    world.start()
    write(world, with_a_newline(a_bundle(now)))
    before = pair(world)

    assert became(world, before, serves=world.reload()) == "replaced"


def a_missing_key_replaces_the_ca(world: SentryWorld, now: datetime) -> None:
    for name in sorted(FILES):
        good = a_bundle(now)
        write(world, replace(good, secret={key: value for key, value in good.secret.items() if key != name}))
        before = pair(world)
        assert became(world, before, serves=world.start()) == "replaced"
        assert pair(world).secret.keys() == FILES
        world.stop()


def a_missing_key_replaces_the_ca_at_a_reload_too(world: SentryWorld, now: datetime) -> None:
    good = a_bundle(now)
    write(world, good)
    world.start()
    world.write_secret({key: value for key, value in good.secret.items() if key != "issuer.key"})
    before = pair(world)

    assert became(world, before, serves=world.reload()) == "replaced"


def foreign_keys_stay_since_1_16_and_are_thrown_away_before(world: SentryWorld, now: datetime) -> None:
    foreign = {**JWT, "mine": b"1"}
    good = with_a_newline(a_bundle(now))
    write(world, TrustBundle({**good.secret, **foreign}, {**good.config_map, "jwks.json": JWT["jwks.json"], "other": b"1"}))

    assert world.start()

    after = pair(world)
    keeps = world.version.class_ == "C"
    assert {key: after.secret.get(key) for key in foreign} == (foreign if keeps else dict.fromkeys(foreign))
    assert after.configmap.keys() == ({"ca.crt", "jwks.json", "other"} if keeps else {"ca.crt"})
    assert owners(world.get("Secret")) == ({"kubectl": set(foreign), "sentry": FILES} if keeps else {"sentry": FILES})
    assert owners(world.get("ConfigMap"))["sentry"] == {"ca.crt"}


def a_set_of_jwt_keys_without_its_key_leaves_the_configmap_with_the_ca(world: SentryWorld, now: datetime) -> None:
    good = with_a_newline(a_bundle(now))
    write(world, TrustBundle({**good.secret, "jwks.json": JWT["jwks.json"]}, {**good.config_map, "jwks.json": JWT["jwks.json"]}))

    assert world.start()

    assert ("jwks.json" in pair(world).secret, "jwks.json" in pair(world).configmap) == (world.version.class_ == "C", False)


def a_damaged_jwt_key_is_fatal_since_1_16_also_where_jwt_is_off(world: SentryWorld, now: datetime) -> None:
    other = jwt.key_set(key_pem(a_key("rsa2048", "other")))
    damages = {
        "failed to load JWT signing key: failed to decode JWT signing key: key is not PEM encoded": {**JWT, "jwt.key": b"garbage"},
        "failed to verify JWKS: JWKS doesn't contain any keys": {**JWT, "jwks.json": b'{"keys":[]}'},
        "failed to verify JWKS: JWKS doesn't contain a matching public key for the JWT signing key": {**JWT, "jwks.json": other},
    }
    good = a_bundle(now)
    for words, damaged in damages.items():
        write(world, replace(good, secret={**good.secret, **damaged}))
        before = pair(world)
        is_fatal = world.version.class_ == "C"
        assert became(world, before, serves=world.start()) == ("refused" if is_fatal else "kept")
        assert not is_fatal or world.last_words() == f"error creating CA: failed to get CA bundle: {words}"
        world.stop()
    # Alone, neither is read.
    write(world, replace(good, secret={**good.secret, "jwt.key": b"garbage"}))
    assert world.start()


def the_configmap_first_and_then_the_secret_is_a_safe_order(world: SentryWorld, now: datetime) -> None:
    write(world, a_bundle(now))
    world.start()
    new = a_bundle(now)

    world.write_configmap(new.config_map)
    # Only the Secret is mounted: nobody tells sentry of the ConfigMap.
    world.write_secret(new.secret)
    assert world.reload()
    world.stop()
    assert world.start()

    assert (pair(world).secret, pair(world).configmap) == (new.secret, new.config_map)


def the_secret_first_with_a_reload_in_between_loses_the_ca(world: SentryWorld, now: datetime) -> None:
    write(world, a_bundle(now))
    world.start()
    new = a_bundle(now)

    world.write_secret(new.secret)
    before = pair(world)

    assert became(world, before, serves=world.reload()) == "replaced"


def the_configmap_first_with_a_restart_in_between_loses_the_ca(world: SentryWorld, now: datetime) -> None:
    write(world, a_bundle(now))
    world.start()
    world.write_configmap(a_bundle(now).config_map)
    before = pair(world)
    world.stop()

    assert became(world, before, serves=world.start()) == "replaced"


def a_saved_pair_that_is_written_back_is_loaded_and_kept(world: SentryWorld, now: datetime) -> None:
    saved = a_bundle(now)
    write(world, saved)
    world.start()
    write(world, with_a_newline(saved))
    world.reload()
    assert pair(world).secret != saved.secret

    write(world, saved)
    before = pair(world)

    assert became(world, before, serves=world.reload()) == "kept"


def a_cross_signed_chain_is_loaded_and_kept(world: SentryWorld, now: datetime) -> None:
    (old_root, old_issuer), (new_root, new_issuer) = valid(now), valid(now, name="new ")
    crossing = cross_signed(new_root, by=old_issuer, not_before=now - DAY, not_after=now + 20 * DAY)
    chain = new_issuer.pem + crossing.pem + old_issuer.pem
    write(world, TrustBundle.of(ca=old_root.pem + new_root.pem, issuer=chain, key=new_issuer.key_pem))
    before = pair(world)

    assert became(world, before, serves=world.start()) == "kept"
    assert world.expiry() == ends_at(new_issuer.pem)


def the_gauge_tells_the_end_of_the_issuer_after_each_reload(world: SentryWorld, now: datetime) -> None:
    short, long = (a_bundle(now, days=days) for days in (5, 20))
    write(world, short)
    world.start()
    first = world.expiry()
    write(world, long)
    before_reload = world.expiry()
    world.reload()

    assert (first, before_reload, world.expiry()) == (
        ends_at(short.secret["issuer.crt"]), ends_at(short.secret["issuer.crt"]), ends_at(long.secret["issuer.crt"]),
    )  # fmt: skip
    if world.version.class_ != "A":
        write(world, with_a_newline(long))
        world.reload()
        assert world.expiry() == ends_at(pair(world).secret["issuer.crt"])


def an_expired_ca_is_refused_and_left_alone(world: SentryWorld, now: datetime) -> None:
    write(world, ended(now - 2 * DAY, now - DAY))
    before = pair(world)

    assert became(world, before, serves=world.start()) == "refused"
    said = world.last_words()
    assert said.startswith(f"error creating CA: {_prefix(world)}issuer chain does not belong to trust anchors: x509: certificate has ")
    assert f"Z is after {now - DAY:%Y-%m-%dT%H:%M:%SZ}" in said


def an_expired_ca_ends_a_running_sentry_at_its_next_reload(world: SentryWorld, now: datetime) -> None:
    write(world, a_bundle(now))
    world.start()
    write(world, ended(now - 2 * DAY, now - DAY))
    before = pair(world)

    assert became(world, before, serves=world.reload()) == "refused"


def an_object_that_does_not_exist_is_fatal(world: SentryWorld, now: datetime) -> None:
    write(world, a_bundle(now))
    in_c = world.version.class_ == "C"
    wanted = {
        "ConfigMap": f'{"failed to get CA bundle: " if in_c else ""}configmaps "dapr-trust-bundle" not found',
        "Secret": f'{"failed to get CA bundle: failed to get trust bundle secret: " if in_c else ""}secrets "dapr-trust-bundle" not found',
    }
    for kind, words in wanted.items():
        write(world, a_bundle(now))
        world.remove(kind)
        assert not world.start()
        assert world.last_words() == f"error creating CA: {words}"


def each_damage_has_its_words(world: SentryWorld, now: datetime) -> None:
    root, issuer = valid(now)
    _, other = valid(now, name="other ")
    good = bundle(root, issuer).secret
    damages = {
        "failed to decode trust anchors: no certificates found": {**good, "ca.crt": b"garbage\n"},
        "no certificates found": {**good, "issuer.crt": b"garbage\n"},
        "key is not PEM encoded": {**good, "issuer.key": b"garbage\n"},
        "issuer key does not match issuer certificate": {**good, "issuer.key": other.key_pem},
        "certificate in trust anchor is not self-signed: x509: ECDSA verification failure": {**good, "ca.crt": root.pem + issuer.pem},
        "certificate chain is not valid": {**good, "issuer.crt": issuer.pem + other.pem},
    }
    for words, secret in damages.items():
        write(world, TrustBundle(secret, {"ca.crt": secret["ca.crt"]}))
        assert not world.start()
        assert world.last_words() == f"error creating CA: {_prefix(world)}{words}"


def a_change_is_loaded_two_seconds_later_each_in_its_turn(world: SentryWorld, now: datetime) -> None:
    write(world, a_bundle(now))
    world.start()

    first, second = world.reloads_after(0.0, 1.0)

    # Never sooner; and later only by what a busy machine takes.
    assert 0 <= first - 2 < LATE
    assert 0 <= second - 4 < LATE


def a_running_sentry_goes_on_with_an_expired_ca_until_it_starts_again(world: SentryWorld, now: datetime) -> None:
    write(world, ended(now - DAY, now + timedelta(seconds=8)))
    assert world.start()
    # A busy machine is still printing what belongs to the start.
    world.later(3.0)
    lines, gauge = world.lines(), world.expiry()

    world.later(6.0)

    assert (world.serves(), world.lines(), world.expiry()) == (True, lines, gauge)
    world.stop()
    assert world.start() is (world.version.class_ == "A")


def _prefix(world: SentryWorld) -> str:
    return "failed to get CA bundle: failed to verify CA bundle: " if world.version.class_ == "C" else ""


EVERY: Final[tuple[SentryCase, ...]] = (
    a_running_sentry_goes_on_with_an_expired_ca_until_it_starts_again,
    an_empty_pair_is_filled_with_a_new_ca,
    a_good_pair_is_kept_and_not_written,
    a_cross_signed_chain_is_loaded_and_kept,
    the_gauge_tells_the_end_of_the_issuer_after_each_reload,
)
SINCE_1_12: Final[tuple[SentryCase, ...]] = (
    *EVERY,
    one_newline_more_in_the_configmap_replaces_the_ca_at_the_start,
    one_newline_more_in_the_configmap_replaces_the_ca_at_a_reload,
    a_missing_key_replaces_the_ca,
    a_missing_key_replaces_the_ca_at_a_reload_too,
    foreign_keys_stay_since_1_16_and_are_thrown_away_before,
    a_set_of_jwt_keys_without_its_key_leaves_the_configmap_with_the_ca,
    a_damaged_jwt_key_is_fatal_since_1_16_also_where_jwt_is_off,
    the_configmap_first_and_then_the_secret_is_a_safe_order,
    the_secret_first_with_a_reload_in_between_loses_the_ca,
    the_configmap_first_with_a_restart_in_between_loses_the_ca,
    a_saved_pair_that_is_written_back_is_loaded_and_kept,
    an_expired_ca_is_refused_and_left_alone,
    an_expired_ca_ends_a_running_sentry_at_its_next_reload,
    an_object_that_does_not_exist_is_fatal,
    each_damage_has_its_words,
    a_change_is_loaded_two_seconds_later_each_in_its_turn,
)


def cases_of(version: Version) -> tuple[SentryCase, ...]:
    """What holds for a sentry of that version; up to 1.11 it is read, not seen: the rig cannot run those in Kubernetes' way."""
    return EVERY if version.class_ == "A" else SINCE_1_12
