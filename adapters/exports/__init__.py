"""Files that leave the house: fixed columns, control totals, the same bytes for the same content."""
