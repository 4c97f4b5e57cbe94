"""The components of a refund, one model each; the rule that computes one is `oba/refund/<kind>.py`."""
