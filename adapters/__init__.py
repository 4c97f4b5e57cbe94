"""Everything that touches the world: stores, clock, notices, files, the web and the command line."""
