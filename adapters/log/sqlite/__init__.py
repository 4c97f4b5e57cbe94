"""The log in a SQLite file: one machine, any number of its processes."""
