"""The product's command line with leases of seconds instead of minutes, so that a round sees them run out.

Nothing else is changed: how long a lease lasts and how long a kept message waits are two numbers of the product.
"""

from datetime import timedelta

from adapters.cli import main
from adapters.notices import backoff, sending

LEASE_SECONDS = 2
FIRST_WAIT = timedelta(seconds=1)


def shorten() -> None:
    """Put the two numbers in place, in this process only."""
    vars(sending)["LEASE_SECONDS"] = LEASE_SECONDS
    vars(backoff)["FIRST_WAIT"] = FIRST_WAIT


if __name__ == "__main__":
    shorten()
    main()
