"""Pages: signing in and out, second factor, invitation, own account, language."""
