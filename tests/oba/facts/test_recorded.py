"""Events put together from members that were validated before are those that validation would have made."""

from oba.facts.base import Body
from oba.facts.recorded import Recorded, built
from tests.support.events import History

_RECORDED = Recorded[Body]


def test_a_model_that_is_built_is_the_model_that_was_validated() -> None:
    validated = History().events[0]

    again = built(_RECORDED, {name: getattr(validated, name) for name in _RECORDED.model_fields})

    assert again == validated
    assert hash(again.source) == hash(validated.source)
    assert again.model_dump_json() == validated.model_dump_json()
    assert again.model_fields_set == set(_RECORDED.model_fields)
    assert again.model_copy(update={"version": 2}).version == 2
