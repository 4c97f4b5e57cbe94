"""What follows a refund that is owed: claim, invoice, interest, dispute, audit, disclosure; rules over a population."""
