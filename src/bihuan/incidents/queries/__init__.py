"""Reading incidents: one, a list, how far it is, who got what, and a person's own part."""

from bihuan.incidents.queries.reading import (
    Mine,
    Page,
    Part,
    Preview,
    Progress,
    get,
    get_for,
    going,
    latest,
    mine,
    path_of,
    possible,
    preview,
    progress,
)
from bihuan.incidents.queries.report import Line, lines

__all__ = [
    "Line", "Mine", "Page", "Part", "Preview", "Progress", "get", "get_for", "going", "latest", "lines",
    "mine", "path_of", "possible", "preview", "progress",
]  # fmt: skip
