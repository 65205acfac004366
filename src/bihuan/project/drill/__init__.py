"""The drill: simulated people drive real texts through the real actions, in shifted time.

It runs in a database of its own, marked as a drill's, with sinks for notices; what comes out is the
conformity report of what these people really did and when.
"""
