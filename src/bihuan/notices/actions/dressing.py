"""What is settled at the first try: the order of the channels, the language, the wording."""

from __future__ import annotations

from collections.abc import Sequence

from bihuan.accounts import queries as accounts
from bihuan.notices.models import Notice, Preference, Wording
from bihuan.notices.own import in_use
from bihuan.notices.workflow import preferred


def follow_preferences(notices: Sequence[Notice]) -> None:
    """Put the channels that each person likes first, where the caller did not choose them."""
    free = [n for n in notices if n.recipient_id is not None and not n.chosen]
    if not free:
        return
    people = {n.recipient_id for n in free if n.recipient_id}
    liked = dict(Preference.objects.filter(person_id__in=people).values_list("person_id", "channels"))
    for notice in free:
        if notice.recipient_id in liked:
            likes = liked[notice.recipient_id]
            notice.channel, *notice.later = preferred([notice.channel, *notice.later], likes)


def dress(notices: Sequence[Notice]) -> None:
    """Fix language and wording, so that the letters stay what they were."""
    speechless = [n for n in notices if not n.language and n.recipient_id is not None]
    spoken = accounts.languages({n.recipient_id for n in speechless if n.recipient_id}) if speechless else {}
    for notice in speechless:
        notice.language = spoken.get(notice.recipient_id, "zh-hans") if notice.recipient_id else "zh-hans"
    bare = [n for n in notices if n.wording_id is None]
    words = in_use({notice.kind for notice in bare}) if bare else {}
    if words:
        rows = [Wording(sha256=w.sha256, kind=w.kind, content=w.content) for w in words.values()]
        Wording.objects.bulk_create(rows, ignore_conflicts=True)
    for notice in bare:
        notice.wording_id = words[notice.kind].sha256
