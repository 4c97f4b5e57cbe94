"""What is owed less what was triggered before: an adjustment where it is more, a credit where it is less (C36)."""

from collections.abc import Mapping
from typing import TypeVar

K = TypeVar("K", bound=tuple[str, ...])


def differences(owed: Mapping[K, int], triggered: Mapping[K, int]) -> dict[K, int]:
    """The differences in cents that are not nothing, signed, in the order of their names (settled F9)."""
    amounts = {name: owed.get(name, 0) - triggered.get(name, 0) for name in sorted({*owed, *triggered})}
    return {name: cents for name, cents in amounts.items() if cents != 0}
