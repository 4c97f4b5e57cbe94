"""Files that come into the house: read strictly, shown before they are committed, all of a file or nothing of it."""
