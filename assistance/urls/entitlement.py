"""URLs of the ledger and of the changes of rights."""

from django.urls import path

from assistance.views import change as changes
from assistance.views import date_events as events
from assistance.views import end_notice as ends
from assistance.views import entitlement as views

urlpatterns = [
    path("entitlements/", views.entitlement_list, name="entitlement_list"),
    path("entitlements/<int:pk>/", views.entitlement_detail, name="entitlement_detail"),
    path("entitlements/<int:pk>/change/<slug:kind>/", changes.change_propose, name="change_propose"),
    path("entitlements/changes/", changes.change_list, name="change_list"),
    path("entitlements/changes/batch/", changes.change_batch, name="change_batch"),
    path("entitlements/changes/<int:pk>/", changes.change_detail, name="change_detail"),
    path("entitlements/changes/<int:pk>/confirm/", changes.change_confirm, name="change_confirm"),
    path("entitlements/changes/<int:pk>/withdraw/", changes.change_withdraw, name="change_withdraw"),
    path("entitlements/changes/<int:pk>/inform/", changes.change_inform, name="change_inform"),
    path("entitlements/changes/<int:pk>/notice/", ends.change_notice, name="change_notice"),
    path("people/<int:pk>/death/", changes.death_report, name="death_report"),
    path("entitlements/events/", events.event_list, name="event_list"),
    path("entitlements/events/fill/", events.event_fill, name="event_fill"),
    path("entitlements/events/answer/", events.event_answer, name="event_answer"),
]
