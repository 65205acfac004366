"""Personal data: sealing, look-up digests, masks, scanning. Only this module's actions and queries use it."""
