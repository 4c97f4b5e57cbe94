"""What `scripts/bench store` measures: appends, catching up and reading a stream, each beside a baseline of its run."""
