"""The ways out; see port.py for what they have in common."""
