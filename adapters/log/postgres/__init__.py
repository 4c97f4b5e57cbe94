"""The log in a PostgreSQL database: one function of the server appends, and nobody else may."""
