"""The measures a criterion can name, one model each; the rule that computes one is `oba/measures/<kind>.py`."""
