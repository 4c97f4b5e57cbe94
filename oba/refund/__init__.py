"""What is owed: one component per file, then several failures, rounding and the base guard
(terms 5 in docs/concepts/sources.md).
"""
