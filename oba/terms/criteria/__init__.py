"""The criteria a milestone can name, one model each; the rule that judges one is `oba/criteria/<kind>.py`."""
