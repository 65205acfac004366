"""The oversight site: conformity, coverage, the journal, the file of a case; read-only but for one button."""
