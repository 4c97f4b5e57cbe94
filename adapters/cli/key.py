"""`oba key`: keys of access to the API, for people of the directory and for services."""

from typing import Annotated

import typer

from adapters.cli.opened import opened
from adapters.cli.terminal import AsJson, refuse, tell, tell_json, tell_rows
from adapters.records.roles import ROLES

key = typer.Typer(name="key", help="Keys of access to the API.")

Person = Annotated[str | None, typer.Option("--person", metavar="ID", help="A person of the directory.")]
Service = Annotated[str | None, typer.Option("--service", metavar="NAME", help="A program, with --role.")]
RoleName = Annotated[str | None, typer.Option("--role", help=f"For a program: {', '.join(ROLES)}.")]
Scope = Annotated[list[str] | None, typer.Option("--scope", help="An operation that a program may do; repeatable.")]
Organisation = Annotated[str | None, typer.Option("--organisation", metavar="ID", help="For a program.")]


@key.command("create", epilog="Example: oba key create --person coordinator-1")
def create(
    person: Person = None,
    service: Service = None,
    role: RoleName = None,
    organisation: Organisation = None,
    scope: Scope = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and show it once; only a digest of it is kept. A person's key has the role of the directory."""
    if (person is None) == (service is None) or (service is not None) != (role is not None):
        raise typer.BadParameter("give either --person, or --service with --role")
    with opened() as services:
        records = services.tracker.records
        if person is not None:
            entry = next((one for one in records.directory.people() if one.person_id == person), None)
            if entry is None:
                remedy = "enter the person first: oba directory import FILE"
                refuse("unknown-person", "the directory does not hold this person", remedy, as_json=as_json)
            role, organisation = entry.role, entry.organisation_id
        if role not in ROLES:
            raise typer.BadParameter(f"use one of {', '.join(ROLES)}")
        now = services.tracker.now()
        token = records.keys.create_key(
            person or str(service), role, organisation, person_id=person, scopes=scope or (), created_at=now
        )
    if as_json:
        tell_json({"key": token, "role": role, "organisation_id": organisation})
    else:
        tell(token)


@key.command("list", epilog="Example: oba key list")
def list_keys(as_json: AsJson = False) -> None:
    """Every key that is not revoked, without its secret: what `oba key revoke` can name."""
    with opened() as services:
        holders = services.tracker.records.keys.principals()
    rows = [
        {
            "key_id": one.key_id,
            "holder": one.principal_id,
            "role": one.role,
            "organisation_id": one.organisation_id or "",
            "scopes": " ".join(sorted(one.scopes)),
        }
        for one in holders
    ]
    if as_json:
        tell_json(rows)
    else:
        tell_rows(("key", "holder", "role", "organisation", "scopes"), [tuple(row.values()) for row in rows])


@key.command("revoke", epilog="Example: oba key revoke kdwfr6haprsj7fwb")
def revoke(key_id: Annotated[str, typer.Argument(metavar="KEY", help="The part between the underscores.")]) -> None:
    """End a key for good, at once and for every process."""
    with opened() as services:
        if not services.tracker.records.keys.revoke(key_id, services.tracker.now()):
            refuse("unknown-key", "no such key is in use", "name one of: oba key list")
    tell(f"revoked {key_id}")
