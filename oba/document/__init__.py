"""The stream of one document: registered, amended, ended; a version is named by its content hash."""
