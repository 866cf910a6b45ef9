"""Certificates as Go reads them: what its crypto/x509 refuses is refused here, what it lets pass passes here.

Sentry and every sidecar judge a bundle with Go's parser and Go's path rules, so a stricter or a kinder parser of our own would
tell people something that does not happen. Each module names the Go file that it follows (Go 1.26). Pure; raises DerError only.
"""
