"""What people type when the bot cannot close a pair: it names the objects as they are called here."""

from bot.model.snapshot import BundleNames
from bot.rotation import by_hand


def test_objects_and_key_are_called_as_they_are_called_here() -> None:
    told = by_hand.advice("dapr", BundleNames(bundle="our-bundle", ca="roots.v2.pem"))

    assert "kubectl -n dapr get secret our-bundle -o jsonpath='{.data.roots\\.v2\\.pem}' | base64 -d > roots.v2.pem" in told
    assert "kubectl -n dapr create configmap our-bundle --from-file=roots.v2.pem --dry-run=client" in told
    assert "give the ConfigMap our-bundle the roots.v2.pem of the Secret" in told


def test_by_itself_they_are_called_as_dapr_calls_them() -> None:
    told = by_hand.closing("dapr-system", BundleNames())

    assert "get secret dapr-trust-bundle -o jsonpath='{.data.ca\\.crt}' | base64 -d > ca.crt" in told
