"""Documents and facts as files: read strictly, with file, line and column for everything that is wrong."""
