"""Who is told: the people of the HTC in whose care the patient is, as the directory has them now."""

from adapters.records.directory import Directory


def recipients(directory: Directory, htc_id: str) -> tuple[str, ...]:
    """The ids of the people of an HTC who take notices, in order; empty where there is nobody."""
    people = directory.people(organisation_id=htc_id)
    return tuple(person.person_id for person in people if person.receives_notices)
