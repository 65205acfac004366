"""Reading after-sales cases: the whole file for an actor, what is due, lines for lists, what can be asked."""

from bihuan.aftersales.queries.due import Followed, due, parcels_due
from bihuan.aftersales.queries.files import INTERNAL, File, file_for
from bihuan.aftersales.queries.lists import asked_of_consumer, beginnings, merchant_due, of_order, results
from bihuan.aftersales.queries.preview import Preview, preview

__all__ = [
    "INTERNAL", "File", "Followed", "Preview", "asked_of_consumer", "beginnings", "due", "file_for",
    "merchant_due", "of_order", "parcels_due", "preview", "results",
]  # fmt: skip
