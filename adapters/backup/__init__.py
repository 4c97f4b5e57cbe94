"""Backup of a running deployment and its restore on either engine, each proved by the hash over everything in the log.

A backup is a folder of SQLite files, whichever engine it was made from; a dump would renumber positions.
Keys are not in it: it names only their fingerprint, since keys beside data would make erasure a word.
"""
