"""The log: every event and every receipt, written by one recorder, on its own connections, never changed.

`Log` in `log.py` is the door. Position in the log is the order in which things became known (decided point 4).
"""
