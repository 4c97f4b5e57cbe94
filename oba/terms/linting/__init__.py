"""The checks of a document by their topic: what the models alone cannot see, each problem with its place and clause."""
