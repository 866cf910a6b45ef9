"""When sentry throws a CA away instead of loading or refusing it (kube.go, selfhosted.go; up to 1.11 certificate_authority.go)."""

from bot.model.bundle import Mode, TrustBundle
from bot.model.pem import describe_difference
from bot.model.problem import Problem
from bot.model.versions import Version

_CONFIGMAP = "configmap ca.crt"


def replacement(bundle: TrustBundle, version: Version, mode: Mode) -> tuple[Problem, ...]:
    """Why sentry would make a new CA in place of this one; () when it would not."""
    if version.class_ == "A":
        return _legacy(bundle, mode)
    absent = [name for name in ("ca.crt", "issuer.crt", "issuer.key") if name in bundle.missing]
    if absent:
        where = "the Secret" if mode is Mode.KUBERNETES else "the folder"
        return (
            Problem(
                "bundle-incomplete",
                "critical",
                f"{' and '.join(absent)} missing in {where}: sentry makes a new CA and overwrites the rest.",
            ),
        )
    return _mismatch(bundle, version) if mode is Mode.KUBERNETES else ()


def _mismatch(bundle: TrustBundle, version: Version) -> tuple[Problem, ...]:
    consequence = (
        "sentry takes that for 'no CA yet', makes a new one and overwrites both objects; every workload then trusts the wrong root"
    )
    if _CONFIGMAP in bundle.missing:
        # Up to 1.15 an absent key reads as the empty string, and equals an empty ca.crt.
        if bundle.ca.size == 0 and version.class_ == "B":
            return ()
        return (Problem("configmap-ca-missing", "critical", f"The ConfigMap has no ca.crt: {consequence}."),)
    if not bundle.ca.shape.is_utf8:
        message = (
            f"ca.crt holds bytes that are not UTF-8. A ConfigMap cannot hold such text, so the two objects are never equal: {consequence}."
        )
        return (Problem("ca-not-utf8", "critical", message),)
    if bundle.configmap_ca is None:
        return ()
    difference = describe_difference(bundle.ca, bundle.configmap_ca, a_name="the Secret's ca.crt", b_name="the ConfigMap's ca.crt")
    return (Problem("bundle-mismatch", "critical", f"Secret and ConfigMap differ ({difference}): {consequence}."),) if difference else ()


def _legacy(bundle: TrustBundle, mode: Mode) -> tuple[Problem, ...]:
    """Up to 1.11: in Kubernetes only a Secret without any data; as files, a missing ca.crt, or a missing or empty issuer.crt."""
    missing = set(bundle.missing) - {_CONFIGMAP}
    if mode is Mode.KUBERNETES:
        empty = missing == {"ca.crt", "issuer.crt", "issuer.key"}
    else:
        empty = bool(missing & {"ca.crt", "issuer.crt"}) or bundle.issuer.size == 0
    return (
        (Problem("bundle-incomplete", "critical", "There is no complete CA: sentry makes a new one and overwrites what there is."),)
        if empty
        else ()
    )
