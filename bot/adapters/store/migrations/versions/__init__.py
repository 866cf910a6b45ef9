"""One revision per file, named r<number>_<what>; the number is the revision id."""
