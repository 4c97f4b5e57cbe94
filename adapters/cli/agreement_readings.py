"""`oba agreement readings`: a life judged under every reading of what can be read in several ways (C52)."""

from pathlib import Path
from typing import Annotated, Any

import typer

from adapters.cli.agreement_compare import life_of
from adapters.cli.files import read_agreement
from adapters.cli.terminal import AsJson, AsOf, KnownAt, refuse, refused, tell, tell_json, tell_rows
from adapters.clock import SystemClock
from adapters.documents.effect import judge_life
from adapters.documents.judging import Judgement
from adapters.documents.shelf import shipped_reference
from oba.accord import Accord, accord
from oba.money import write_amount, write_amount_for_reading
from oba.readings import NO_SUCH_MILESTONE, NamedReading, readings_of


def readings(
    agreement: Annotated[str, typer.Argument(metavar="AGREEMENT", help="A YAML file, or the id of one on the shelf.")],
    facts: Annotated[Path, typer.Argument(metavar="FACTS", help="A YAML or JSON list of facts.")],
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """Judge a facts file under every reading of the clauses that have several: whether they agree, what each pays."""
    terms = read_agreement(agreement)
    if isinstance(terms, tuple):
        refused(terms, as_json=as_json)
    if not terms.ambiguities:
        remedy = "write what can be read in several ways under ambiguities"
        refuse("no-ambiguity", "the agreement has no register of ambiguities", remedy, as_json=as_json)
    life, day = life_of(facts, as_json=as_json), as_of or SystemClock().now().date()
    judged: list[tuple[NamedReading, Judgement]] = []
    for reading in readings_of(terms):
        one = judge_life(reading.agreement, life, shipped_reference(), as_of=day, known_at=known_at)
        if isinstance(one, tuple):
            refused(one, as_json=as_json)
        judged.append((reading, one))
    if as_json:
        tell_json(_plain(judged))
    else:
        _tell(judged)


def _milestones(judged: list[tuple[NamedReading, Judgement]]) -> list[str]:
    return list(dict.fromkeys(one.milestone for _, judgement in judged for one in judgement.determinations))


def _finding(judgement: Judgement, milestone: str) -> str:
    found = (one.finding for one in judgement.determinations if one.milestone == milestone)
    return next(found, NO_SUCH_MILESTONE)


def _accords(judged: list[tuple[NamedReading, Judgement]], milestone: str) -> dict[str, Accord]:
    findings = [(reading.name, _finding(judgement, milestone)) for reading, judgement in judged]
    return {
        word: accord((name, one == word) for name, one in findings) for word in dict.fromkeys(dict(findings).values())
    }


def _total(judgement: Judgement) -> int | None:
    """What is owed in cents; None where no price is known, or it cannot be worked out."""
    return None if judgement.base is None or judgement.refused else judgement.refund_total


def _plain(judged: list[tuple[NamedReading, Judgement]]) -> dict[str, Any]:
    totals = {reading.name: _total(judgement) for reading, judgement in judged}
    accords = {milestone: _accords(judged, milestone) for milestone in _milestones(judged)}
    return {
        "readings": [
            {
                "reading": reading.name,
                "clause": reading.ambiguity.clause if reading.ambiguity is not None else None,
                "question": reading.ambiguity.question if reading.ambiguity is not None else None,
                "findings": {milestone: _finding(judgement, milestone) for milestone in accords},
                "pays": write_amount(cents) if (cents := totals[reading.name]) is not None else None,
            }
            for reading, judgement in judged
        ],
        "milestones": {
            milestone: {word: one.model_dump(mode="json") for word, one in found.items()}
            for milestone, found in accords.items()
        },
        "agree": len(set(totals.values())) == 1 and all(len(found) == 1 for found in accords.values()),
    }


def _tell(judged: list[tuple[NamedReading, Judgement]]) -> None:
    governing = judged[0][1].agreement
    tell(f"{governing.title} ({governing.label}), as of {judged[0][1].as_of}\n")
    for ambiguity in governing.ambiguities:
        tell(
            f"clause {ambiguity.clause}: {ambiguity.question} ({ambiguity.name}; {ambiguity.governing_reading} governs)"
        )
    milestones = _milestones(judged)
    tell("")
    rows = [
        (
            reading.name,
            *(_finding(judgement, one).replace("_", " ") for one in milestones),
            write_amount_for_reading(cents) if (cents := _total(judgement)) is not None else "not computed",
        )
        for reading, judgement in judged
    ]
    tell_rows(("reading", *milestones, governing.currency), rows)
    tell("")
    for milestone in milestones:
        said = [f"{word.replace('_', ' ')} {one.says}" for word, one in _accords(judged, milestone).items()]
        tell(f"{milestone}: {'; '.join(said)}")
    owed = {_total(judgement) for _, judgement in judged}
    tell("the readings pay the same" if len(owed) == 1 else "the readings pay differently")
