"""A PostgreSQL of our own for tests and for `scripts/faults`: durable, over a socket only, gone at the end."""
