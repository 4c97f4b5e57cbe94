"""What a developer runs from a clone: start, test, bench, lock; thin, and nothing imports it."""
