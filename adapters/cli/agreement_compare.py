"""`oba agreement diff`: where two versions differ, in words and in effect."""

from pathlib import Path
from typing import Annotated, Any

import typer

from adapters.cli.files import read_named_document, read_plain
from adapters.cli.terminal import DIFFERENCES, AsJson, AsOf, refused, tell, tell_json, tell_rows
from adapters.documents.effect import Changed, effect
from adapters.documents.reading import Reading
from adapters.documents.shelf import shipped_reference
from adapters.documents.what_if_lives import PRICE, Life, what_if_lives
from oba.dates import LAST_DAY
from oba.document.differences import Difference, differences
from oba.money import read_amount, write_amount_for_reading
from oba.problems import Problem
from oba.terms.agreement import Agreement
from oba.terms.document import Document

FactsOption = Annotated[
    Path | None, typer.Option("--facts", metavar="FILE", help="Judge this life; default: lives that are built in.")
]


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="A file, or the id of a document that ships.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The same of the other version.")],
    facts: FactsOption = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Say where two documents differ, clause by clause, and which outcomes and refunds differ; exit code 3 if any."""
    documents = [_document(name, as_json=as_json) for name in (before, after)]
    words = differences(documents[0], documents[1])
    lives: tuple[Life, ...] = ()
    changed: list[Changed] = []
    if isinstance(documents[0], Agreement) and isinstance(documents[1], Agreement):
        both = (documents[0], documents[1])
        lives = (life_of(facts, as_json=as_json),) if facts is not None else what_if_lives(both)
        for life in lives:
            found = effect(*both, life, shipped_reference(), as_of=as_of or LAST_DAY)
            problems = [one for one in found if isinstance(one, Problem)]
            if problems:
                refused(problems, as_json=as_json)
            changed.extend(one for one in found if isinstance(one, Changed))
    if as_json:
        tell_json({"words": [_plain(one) for one in words], "effect": [vars(one) for one in changed]})
    else:
        _tell_differences(words, lives, changed, facts)
    raise typer.Exit(DIFFERENCES if words or changed else 0)


def _document(name: str, *, as_json: bool) -> Document:
    document = read_named_document(name)
    if isinstance(document, tuple):
        refused(document, as_json=as_json)
    return document


def life_of(facts: Path, *, as_json: bool) -> Life:
    """The life that a facts file tells; problems of the file end the command."""
    reading = read_plain(facts)
    if not isinstance(reading, Reading):
        refused(reading, as_json=as_json)
    return Life(facts.name, "the facts file", reading)


def _plain(difference: Difference) -> dict[str, Any]:
    return {**difference.model_dump(mode="json"), "says": difference.says}


def _tell_differences(
    words: tuple[Difference, ...], lives: tuple[Life, ...], changed: list[Changed], facts: Path | None
) -> None:
    tell("Words")
    for difference in words:
        tell(difference.says)
    if not words:
        tell("no difference")
    if not lives:
        return
    tell("\nEffect")
    if changed:
        tell_rows(("life", "what", "before", "after"), [(one.life, one.what, one.before, one.after) for one in changed])
    tell(f"{_counted(len(changed), 'difference')} in {'1 life' if len(lives) == 1 else f'{len(lives)} lives'}")
    for life in lives:
        tell(f"  {life.name}: {life.sentence}")
    if facts is None:
        tell(f"each of them at a price of {write_amount_for_reading(read_amount(PRICE))}")


def _counted(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number} {what}s"
