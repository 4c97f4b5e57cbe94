"""Facts of the field as data: one source, date and tag for each row; nothing here is recalled without saying so."""
