"""The list of stored names that the log writes and reads; a name that is not on it is refused, never imported."""

from collections.abc import Mapping
from types import MappingProxyType

from adapters.log.refusals import UnknownTopic
from oba.document.events import DOCUMENT_EVENT_TYPES
from oba.facts.base import Body
from oba.infusion.events import INFUSION_EVENT_TYPES

TOPICS: Mapping[str, type[Body]] = MappingProxyType(
    {event.topic(): event for event in (*INFUSION_EVENT_TYPES, *DOCUMENT_EVENT_TYPES)}
)
INFUSION_TOPICS: tuple[str, ...] = tuple(event.topic() for event in INFUSION_EVENT_TYPES)
DOCUMENT_TOPICS: tuple[str, ...] = tuple(event.topic() for event in DOCUMENT_EVENT_TYPES)


def event_type(topic: str) -> type[Body]:
    """The event type of a stored name; UnknownTopic where the list does not hold it."""
    if topic not in TOPICS:
        raise UnknownTopic("the log holds an event whose topic this release does not know")
    return TOPICS[topic]


def topic_of(body: Body) -> str:
    """The stored name of an event's content; UnknownTopic where its class is not on the list."""
    topic = body.topic()
    if TOPICS.get(topic) is not type(body):
        raise UnknownTopic("the event's class is not on the list of event types")
    return topic
