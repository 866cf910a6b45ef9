"""The knowledge: Dapr's trust, certificates, clusters. This package never heard of Slack."""
