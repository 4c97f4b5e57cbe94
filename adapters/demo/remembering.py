"""The directory as a loader uses it: nobody else writes meanwhile, so what was seen once is not read again."""

from functools import cache

from adapters.records.directory import Directory, Payer, Person


class RememberingDirectory(Directory):
    """A directory that reads each list once; right only while nobody enters anything."""

    @cache  # noqa: B019  the directory lives no longer than the load
    def payers(self) -> tuple[Payer, ...]:
        """All payers by id."""
        return super().payers()

    @cache  # noqa: B019  as above
    def people(self, organisation_id: str | None = None, role: str | None = None) -> tuple[Person, ...]:
        """People by id, of an organisation and in a role where these are given."""
        return super().people(organisation_id, role)
