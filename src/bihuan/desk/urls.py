"""Addresses of the desk's own pages; those of a case stand in complaints/urls.py."""

from __future__ import annotations

from django.urls import URLPattern, path

from bihuan.desk.pages import board, inbox, searching, shift, snoozing, together

app_name = "desk"
urlpatterns: list[URLPattern] = [
    path("desk", inbox.inbox, name="inbox"),
    path("desk/views", inbox.save_view, name="save_view"),
    path("desk/views/<uuid:view_id>/remove", inbox.remove_view, name="remove_view"),
    path("desk/together", together.together, name="together"),
    path("desk/shift", shift.shift, name="shift"),
    path("desk/shift/hand-on", shift.hand_on, name="shift_hand_on"),
    path("desk/shift/confirm", shift.confirm, name="shift_confirm"),
    path("desk/search", searching.search, name="search"),
    path("desk/board", board.board, name="board"),
    path("desk/board/reassign/<uuid:person_id>", together.reassign, name="reassign"),
    path("desk/<uuid:case_id>/aside", snoozing.snooze, name="snooze"),
    path("desk/<uuid:case_id>/back", snoozing.wake, name="wake"),
]
