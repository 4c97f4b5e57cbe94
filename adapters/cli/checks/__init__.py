"""What `oba doctor` looks at, a function for each line; `examine.py` says in what order."""
