"""`oba agreement`: documents as files, before anybody relies on them, and their way onto the shelf."""

from typing import Annotated

import typer

from adapters.cli.agreement_compare import diff
from adapters.cli.agreement_readings import readings
from adapters.cli.agreement_registering import list_registered, register
from adapters.cli.agreement_versions import amend, coverages, end, placed_faults, show_coverage
from adapters.cli.files import read_named_document
from adapters.cli.terminal import AsJson, refuse, refused, tell, tell_json
from adapters.documents.schema import KINDS, document_schema
from adapters.documents.shelf import read_document_file, shelf_files
from oba.problems import Problem
from oba.terms.agreement import Agreement
from oba.terms.document import Document, terms_hash
from oba.terms.linting.joint_limits import without_joint_limit

agreement = typer.Typer(name="agreement", help="Agreements, payer rules and follow-up plans.")


@agreement.command("check", epilog="Example: oba agreement check my-agreement.yaml")
def check(
    names: Annotated[list[str] | None, typer.Argument(metavar="[FILE]...", help="Default: the whole shelf.")] = None,
    as_json: AsJson = False,
) -> None:
    """Read documents strictly and say all that is wrong, with file, line, column and clause; nothing is stored.

    Several versions of one document must follow each other without gap or overlap. Agreements that are named together
    and may lie over one infusion are warned about where they share no limit.
    """
    answers = _named(names) if names else _shelf()
    good = [(name, document) for name, document in answers if not isinstance(document, tuple)]
    problems = [problem for _, answer in answers if isinstance(answer, tuple) for problem in answer]
    problems += [problem for one in coverages(good) for problem in placed_faults(one)]
    if problems:
        refused(problems, as_json=as_json)
    if as_json:
        tell_json([{"file": name, "id": one.id, "kind": one.kind, "terms_hash": terms_hash(one)} for name, one in good])
    else:
        for name, document in good:
            tell(f"{name}: good, {document.kind.replace('_', ' ')} {document.id}, version {terms_hash(document)[:12]}")
        for warning in without_joint_limit(one for _, one in good if names and isinstance(one, Agreement)):
            tell(f"warning: {warning}")


@agreement.command("schema", epilog="Example: oba agreement schema payer_rule")
def schema(
    kind: Annotated[str | None, typer.Argument(metavar="[KIND]", help=f"Default: all. {', '.join(KINDS)}")] = None,
) -> None:
    """Print the JSON Schema of documents, as it stands under docs/reference/schema."""
    if kind is not None and kind not in KINDS:
        refuse("unknown-kind", "there is no such kind of document", f"name one of {', '.join(KINDS)}")
    tell_json(document_schema(kind))


agreement.command("diff", epilog="Example: oba agreement diff first.yaml second.yaml --facts life.yaml")(diff)
agreement.command("readings", epilog="Example: oba agreement readings my-agreement.yaml facts.yaml")(readings)
agreement.command("register", epilog="Example: oba agreement register my-agreement.yaml --as coordinator-1")(register)
agreement.command(
    "amend",
    epilog="Example: oba agreement amend second.yaml --replaces HASH --signed-on 2027-12-01 --binds new_infusions",
)(amend)
agreement.command("end", epilog="Example: oba agreement end my-agreement --on 2030-12-31")(end)
agreement.command("coverage", epilog="Example: oba agreement coverage first.yaml second.yaml --to 2031-12-31")(
    show_coverage
)
agreement.command("list", epilog="Example: oba agreement list")(list_registered)


def _named(names: list[str]) -> list[tuple[str, Document | tuple[Problem, ...]]]:
    return [(name, read_named_document(name)) for name in names]


def _shelf() -> list[tuple[str, Document | tuple[Problem, ...]]]:
    return [(file, read_document_file(raw, file=file)) for file, raw in shelf_files()]
