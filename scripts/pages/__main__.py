"""`python -m scripts.pages` writes all pages of docs/reference; a test checks that they are current."""

from collections.abc import Callable
from pathlib import Path

from scripts.pages import api, commands, events, export, facts_csv, schemas, terms

FOLDER = Path(__file__).resolve().parent.parent.parent / "docs" / "reference"
PAGES: dict[str, Callable[[], str]] = {
    "api.md": api.page,
    "cli.md": commands.page,
    "events.md": events.page,
    "export.md": export.page,
    "facts-csv.md": facts_csv.page,
    "terms.md": terms.page,
    **schemas.PAGES,
}


def main() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (FOLDER / name).parent.mkdir(exist_ok=True)
        (FOLDER / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
