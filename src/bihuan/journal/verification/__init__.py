"""Checking the journal from its database: nothing here writes.

Nothing is imported here: the processes of the fast pass start without Django.
"""
