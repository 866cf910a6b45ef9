"""What Dapr prints in the very words of many others, in a line that does not say that it is Dapr's."""

from typing import Final

from bot.diagnosis.signature import Component, Group, Kind, Signature

FOREIGN: Final = Signature(
    id="certificate-perhaps-not-daprs",
    row=0,
    kind=Kind.OPEN,
    components=(Component.DAPRD, Component.API_SERVER, Component.EVENT),
    literal="certificate signed by unknown authority",
    meaning="Somebody does not accept a certificate, and nothing in the line says that it is one of Dapr's.",
    cause=(
        "These words are not Dapr's own: registries, brokers, databases, webhooks and every program written in Go print them about "
        "certificates of theirs. A line of Dapr's names its scope (scope=dapr.…), but what stands under dapr.contrib, or names a "
        "component, an image or an address with https://, is about that one."
    ),
    remedy=(
        "See who printed the line, and whose address stands in it. If it is a component, a registry, a webhook or a service, look at the "
        "certificate which that one serves: openssl s_client -connect HOST:PORT -showcerts. If it is the log of a part of Dapr, explain "
        "the whole line, with its scope."
    ),
    witness=(
        "[INIT_COMPONENT_FAILURE]: initialization error occurred for pubsub (pubsub.kafka/v1): kafka: client has run out of available "
        "brokers to talk to: x509: certificate signed by unknown authority"
    ),
    is_part=True,
)

GROUP: Final = Group(
    title="A certificate, perhaps not Dapr's",
    lead=(
        "Many rows stand for words that other programs print, too. Where a line does not say that it is Dapr's, it is told as this one; "
        "the line that stands here is only one of many."
    ),
    signatures=(FOREIGN,),
)
