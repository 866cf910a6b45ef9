"""Healthy information: what was loaded, when, and until when it holds."""

from typing import Final

from bot.diagnosis.signature import Component, Group, Kind, Signature

RELOADING: Final = Signature(
    id="sentry-reloads",
    row=8,
    kind=Kind.STATE,
    components=(Component.SENTRY,),
    literal="ssuer credentials changed; reloading",
    meaning="The Secret's mounted files changed, and sentry reads the bundle again.",
    cause="Somebody, Helm or a GitOps tool wrote the Secret; up to two minutes pass between writing and this line.",
    remedy="If nobody meant to write it, see who did: docs/checks.md#ca-changed.",
    witness="Issuer credentials changed; reloading",
    opens=("ca-changed", "issuer-not-loaded"),
)

GROUP: Final = Group(
    title="State",
    lead=(
        "Nothing is wrong. These lines date what happened: a bundle that was loaded, roots that were read again, certificates that were "
        "renewed."
    ),
    signatures=(RELOADING,),
)
