"""Signed summaries of the journal that also lie outside the database."""
