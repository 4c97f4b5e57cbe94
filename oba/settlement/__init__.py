"""Claims, invoices, interest, payments, disputes and statements as the agreement words them; no money moves here."""
