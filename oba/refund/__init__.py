"""What is owed: one component per file, then several failures, rounding and the base guard (terms language, section
5).
"""
