"""`python -m adapters.cli` is `oba`."""

from adapters.cli import main

if __name__ == "__main__":
    main()
