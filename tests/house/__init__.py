"""Tests of the house itself: lists, documents, manifests, sizes, words. They keep prose and code from drifting apart."""
