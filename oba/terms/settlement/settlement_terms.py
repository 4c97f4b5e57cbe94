"""Everything that an agreement says about settling its refunds (C46-C50)."""

from oba.terms.block import Part
from oba.terms.settlement.audit_right import AuditRight
from oba.terms.settlement.claim_window import ClaimWindow
from oba.terms.settlement.confidentiality import Confidentiality
from oba.terms.settlement.dispute_terms import DisputeTerms
from oba.terms.settlement.invoicing import Invoicing


class SettlementTerms(Part):
    """Each part may be left out: then the agreement gives no such right, and none is assumed."""

    claim_window: ClaimWindow | None = None
    invoicing: Invoicing | None = None
    dispute: DisputeTerms | None = None
    audit: AuditRight | None = None
    confidentiality: Confidentiality | None = None
