"""Reading the files that a command line names: documents by path or by their name on the shelf, and facts."""

from pathlib import Path

from adapters.documents.reading import Reading
from adapters.documents.shelf import read_document_file, shipped_documents
from adapters.documents.yaml_reader import read_yaml
from oba.problems import Problem
from oba.terms.agreement import Agreement
from oba.terms.document import Document


def read_named_document(name: str) -> Document | tuple[Problem, ...]:
    """The document in the file of that name; or, where no such file is, the one on the shelf with that id."""
    path = Path(name)
    if path.is_file():
        return read_document_file(path.read_bytes(), file=name)
    shipped = {document.id: document for document in shipped_documents()}
    if name in shipped:
        return shipped[name]
    remedy = f"name a file, or one of the shelf: {', '.join(sorted(shipped))}"
    message = "neither a file nor a document of the shelf"
    return (Problem(code="no-such-document", message=message, remedy=remedy, file=name),)


def read_agreement(name: str) -> Agreement | tuple[Problem, ...]:
    """The agreement of that name; another kind of document is a problem."""
    document = read_named_document(name)
    if isinstance(document, Agreement | tuple):
        return document
    message = f"this is a {document.kind.replace('_', ' ')}, not an agreement"
    return (Problem(code="not-an-agreement", message=message, remedy="name an agreement", file=name),)


def read_plain(path: Path) -> Reading | tuple[Problem, ...]:
    """The plain data of a YAML or JSON file."""
    if not path.is_file():
        remedy = "correct the name of the file"
        return (Problem(code="no-such-file", message="there is no such file", remedy=remedy, file=str(path)),)
    return read_yaml(path.read_bytes(), file=str(path))
