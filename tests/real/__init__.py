"""The suite on real binaries: `make test-real`."""
