"""Who asks: a bearer key becomes a principal with a role, and the role must have a row for the operation."""

from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from adapters.bootstrap import Services
from adapters.web.permissions import may
from adapters.web.problem import refused
from adapters.web.scope import Scope, scope_of

BEARER = HTTPBearer(scheme_name="key", description="A key of access: `oba_<id>_<secret>`.", auto_error=False)


@dataclass(frozen=True)
class Asker:
    """The one who asks: the key, the person behind it (or the service), the role and what it may see."""

    principal_id: str
    person_id: str | None
    role: str
    organisation_id: str | None
    scope: Scope


def services_of(request: Request) -> Services:
    """The rooms behind this application."""
    services: Services = request.app.state.services
    return services


def asker(request: Request, key: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)] = None) -> Asker:
    """The one who asks; 401 without a good key, 403 where the role has no row for the operation."""
    services = services_of(request)
    principal = services.tracker.records.keys.verify(key.credentials) if key else None
    if principal is None:
        problem = refused(401, "key-required", "the key of access is missing or not valid", "send it as Bearer")
        problem.headers["WWW-Authenticate"] = "Bearer"
        raise problem
    if not may(principal.role, operation_of(request), principal.scopes):
        remedy = "ask somebody whose role may, or use another key"
        raise refused(403, "role-not-allowed", "the role of this key may not do this", remedy)
    directory = services.tracker.records.directory
    return Asker(
        principal_id=principal.principal_id,
        person_id=principal.person_id,
        role=principal.role,
        organisation_id=principal.organisation_id,
        scope=scope_of(
            principal.role,
            principal.organisation_id,
            [payer.payer_id for payer in directory.payers()],
            [htc.htc_id for htc in directory.htcs()],
        ),
    )


def operation_of(request: Request) -> str:
    """The name of the operation that was asked for."""
    route: Any = request.scope["route"]
    return str(route.name)


TheServices: TypeAlias = Annotated[Services, Depends(services_of)]
TheAsker: TypeAlias = Annotated[Asker, Depends(asker)]
