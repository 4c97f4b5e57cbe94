"""Records: what must last but is not an event: directory, vault, keys of access, outbox, audit, the demo's mark.

SQLAlchemy Core in a store of its own, never rebuilt; `Records` in `records.py` opens all of it (decided point 2).
"""
