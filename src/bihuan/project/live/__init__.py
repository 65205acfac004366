"""Live updates: server-sent events that say which case changed, to those who may know of it.

``reading`` takes entries from the journal in the order of commitment, ``hub`` hands them to the open streams
of this process, ``door`` is the ASGI application, ``page`` tells a page where its stream is and from where on
it needs to hear, ``static/bihuan/live.js`` refreshes what is shown. No text and no personal data is sent.
"""
