"""The stage of `make demo`: a simulated cluster, the real bot as a process, and the page over both; scenarios to play."""
