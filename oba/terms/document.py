"""The three kinds of documents, read from plain data into closed models; every problem at once, each at its place."""

from typing import Annotated, Any, TypeAlias

from pydantic import Field, TypeAdapter, ValidationError

from oba.identity import content_hash
from oba.problems import Problem, problems_of
from oba.terms.agreement import Agreement
from oba.terms.follow_up_plan import FollowUpPlan
from oba.terms.payer_rule import PayerRule

AnyDocument: TypeAlias = Annotated[Agreement | PayerRule | FollowUpPlan, Field(discriminator="kind")]
Document: TypeAlias = Agreement | PayerRule | FollowUpPlan
ANY_DOCUMENT: TypeAdapter[Document] = TypeAdapter(AnyDocument)


def read_document(content: Any) -> Document | tuple[Problem, ...]:
    """Read plain data (maps, lists, strings, numbers) as a document, or say everything that is wrong with it.

    A problem's pointer leads to the place in the data; the reader of the file adds line and column.
    """
    try:
        return ANY_DOCUMENT.validate_python(content)
    except ValidationError as error:
        return problems_of(error, content=content)


def terms_hash(document: Document) -> str:
    """The content hash of a document: the name of this version."""
    return content_hash(document)
