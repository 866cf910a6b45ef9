"""Real binaries on this machine, without containers: etcd, kube-apiserver and Dapr's sentry, built with Go alone.

Everything here is synchronous and blocks; call it from an event loop with ``asyncio.to_thread``.
"""
