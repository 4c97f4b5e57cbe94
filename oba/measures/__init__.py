"""How a number or state is computed from evidence: one measure per file, named as its kind in the terms."""
