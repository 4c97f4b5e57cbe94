"""Three-valued logic over measures: one criterion per file, named as its kind in the terms; `judge` chooses."""
