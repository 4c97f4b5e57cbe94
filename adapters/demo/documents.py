"""The documents of the demo: its agreements and the plan of the shelf, and a rule copied for an invented payer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from adapters.demo.directory import BIANNUAL_PAYER, SYNTHETIC
from adapters.demo.script import AGREEMENTS
from oba.terms.agreement import Agreement
from oba.terms.document import Document
from oba.terms.payer_rule import PayerRule
from oba.terms.shelf import Shelf
from oba.terms.source import SourceNote

RULE_EFFECTIVE_ON = date(2022, 12, 1)
"""Before the first infusion of the demo; the policy that was copied is younger than the demo's first lives."""
RULE_ID = f"biannual-rule-{BIANNUAL_PAYER}"
_SHELF_RULE_PAYER = "unitedhealthcare"
_SYNTHETIC_SOURCE = SourceNote(
    title="Demo portfolio (synthetic)", for_what="payer and dates, which are invented; the wording is public"
)


@dataclass(frozen=True)
class Documents:
    """The registered documents that the demo's commands name."""

    agreements: Mapping[str, Agreement]
    rule: PayerRule


def demo_documents(shelf: Sequence[Document]) -> tuple[Document, ...]:
    """What the demo registers: what its lives name, with the rule of a real payer copied for an invented one."""
    return tuple(_all(shelf))


def documents_on(shelf: Shelf) -> Documents:
    """The agreements by their id, in their first version, and the rule of the payer that has one."""
    versions = sorted(shelf.agreements.values(), key=lambda agreement: agreement.effective_on, reverse=True)
    rule = next(rule for rule in shelf.payer_rules.values() if rule.id == RULE_ID)
    return Documents(agreements={agreement.id: agreement for agreement in versions}, rule=rule)


def _all(shelf: Sequence[Document]) -> Iterator[Document]:
    for document in shelf:
        match document:
            case PayerRule() if document.payer == _SHELF_RULE_PAYER:
                yield _copied(document)
            case PayerRule():
                continue
            case Agreement() if document.id not in AGREEMENTS:
                continue
            case _:
                yield document


def _copied(rule: PayerRule) -> PayerRule:
    return rule.model_copy(
        update={
            "id": RULE_ID,
            "title": f"Follow-up data not more often than biannually {SYNTHETIC}",
            "sources": (_SYNTHETIC_SOURCE,),
            "payer": BIANNUAL_PAYER,
            "effective_on": RULE_EFFECTIVE_ON,
        }
    )
