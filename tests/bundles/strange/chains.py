"""By hand: sound certificates, put together in ways that are not."""

import datetime as dt
import itertools
from collections.abc import Iterator

from tests.certificates import Files, Made, a_certificate, a_key, a_root, an_issuer, bundle_of, cross_signed


def every(now: dt.datetime) -> Iterator[tuple[str, Files]]:
    root = a_root("root", now=now)
    other = a_root("other", now=now)
    middle = an_issuer(root, "middle", now=now)
    issuer = an_issuer(middle, "issuer", now=now)
    for count in range(1, 5):
        for order in itertools.permutations((("issuer", issuer), ("middle", middle), ("root", root), ("other", other)), count):
            yield "issuer.crt: " + ", ".join(name for name, _ in order), bundle_of(*(one for _, one in order), roots=(root,))
    for order in itertools.product((("issuer", issuer), ("middle", middle), ("root", root)), repeat=3):
        yield (
            "with repetition: " + ", ".join(name for name, _ in order),
            bundle_of(*(one for _, one in order), roots=(root,), key=issuer.key_pem),
        )
    yield from _long(now)
    yield from _edges(now)
    yield from _crossed(now)
    yield from _many(now)


def _long(now: dt.datetime) -> Iterator[tuple[str, Files]]:
    for length in (5, 20, 60):
        for limit in (None, length - 1, length - 2, length):
            above = root = a_root("root", now=now, path_length=limit)
            chain: list[Made] = []
            for at in range(length):
                above = an_issuer(above, f"middle{at}", now=now)
                chain.insert(0, above)
            yield f"{length} deep below pathlen {limit}", bundle_of(*chain, roots=(root,))


def _edges(now: dt.datetime) -> Iterator[tuple[str, Files]]:
    root = a_root("root", now=now)
    second = dt.timedelta(seconds=1)
    for name, options in {
        "until a second ago": {"not_after": now - second},
        "until now": {"not_after": now},
        "from now": {"not_before": now},
        "from in 3 hours": {"not_before": now + dt.timedelta(hours=3)},
        "until in 9999 days": {"not_after": now + dt.timedelta(days=9999)},
    }.items():
        yield f"issuer valid {name}", bundle_of(an_issuer(root, now=now, **options), roots=(root,))  # type: ignore[arg-type]
        above = a_root("root", now=now, **options)
        yield f"root valid {name}", bundle_of(an_issuer(above, now=now), roots=(above,))
    for kind in ("p224", "p256", "p384", "p521", "k256", "ed25519", "rsa1024", "rsa2048", "rsa3072"):
        try:
            above = a_root(f"root of {kind}", key=a_key(kind, "above"), now=now)
            yield f"{kind} root", bundle_of(an_issuer(above, now=now), roots=(above,))
            yield f"{kind} issuer", bundle_of(an_issuer(root, key=a_key(kind, "below"), now=now), roots=(root,))
        except ValueError:
            continue


def _crossed(now: dt.datetime) -> Iterator[tuple[str, Files]]:
    old, new = a_root("old", now=now), a_root("new", now=now)
    below_old, below_new = an_issuer(old, "below old", now=now), an_issuer(new, "below new", now=now)
    forth, back = cross_signed(new, below_old, now=now), cross_signed(old, below_new, now=now)
    direct, returned = cross_signed(new, old, now=now), cross_signed(old, new, now=now)
    chains = {
        "by the old issuer": (below_new, forth, below_old),
        "by the old root": (below_new, direct),
        "by the old root, root at the end": (below_new, direct, old),
        "round": (below_new, forth, below_old, back, below_new),
        "round by roots": (below_new, direct, returned),
        "twice round": (below_new, direct, returned, direct, returned),
        "issuer only": (below_new,),
        "without the old issuer": (below_new, forth),
        "old issuer first": (below_old, forth, below_new),
    }
    for name, chain in chains.items():
        for which, roots in (("both", (old, new)), ("old", (old,)), ("new", (new,)), ("new and the cross-certificate", (new, direct))):
            yield f"cross-signed {name}; roots {which}", bundle_of(*chain, roots=roots)
    same = a_root("old", key=old.key, now=now, not_after=now + dt.timedelta(days=900))
    for which, roots in (("old", (old,)), ("renewed", (same,)), ("both", (old, same))):
        yield f"renewed root at the end; roots {which}", bundle_of(below_old, same, roots=roots)


def _many(now: dt.datetime) -> Iterator[tuple[str, Files]]:
    root = a_root("root", now=now)
    issuer = an_issuer(root, "issuer", now=now)
    for count in (60, 98, 99, 100, 101, 150):
        for same, ids in itertools.product((True, False), repeat=2):
            others = [
                a_root("root" if same else f"root{at}", key=a_key("p256", f"many{at}"), now=now, key_identifiers=ids) for at in range(count)
            ]
            notes = f"{count} others before, {'of the same name, ' if same else ''}{'with' if ids else 'without'} key ids"
            yield notes, bundle_of(issuer, roots=(*others, root))
            bare = a_certificate("issuer", by=root, now=now, key_identifiers=False)
            yield f"{notes}, issuer without", bundle_of(bare, roots=(*others, root))
