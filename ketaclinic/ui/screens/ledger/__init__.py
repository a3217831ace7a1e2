"""The drug ledger: vials, entries, counts."""
