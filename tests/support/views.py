"""What a test says to take views for itself: their names, each with the label of those who made it."""

from adapters.views.views import Views


def labels(views: Views, *names: str) -> dict[str, str]:
    """The label of each of these views, or of all."""
    return {one.view: one.made_with for one in views.positions() if not names or one.view in names}
