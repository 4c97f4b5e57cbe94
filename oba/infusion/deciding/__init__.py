"""Whether a command is allowed, one file for each family of commands; `decide` chooses among them."""
