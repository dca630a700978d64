"""People and their accounts."""

from django.urls import path

from assistance.views import people, received

urlpatterns = [
    path("people/", people.person_search, name="person_search"),
    path("people/<int:pk>/", people.person_detail, name="person_detail"),
    path("people/<int:pk>/received/", received.person_received, name="person_received"),
    path("people/<int:pk>/account/", people.account_propose, name="account_propose"),
    path("reveal/<slug:what>/<int:pk>/", people.reveal, name="reveal"),
    path("accounts/", people.account_changes, name="account_changes"),
    path("accounts/<int:pk>/", people.account_review, name="account_review"),
    path("accounts/<int:pk>/confirm/", people.account_confirm, name="account_confirm"),
    path("accounts/<int:pk>/refuse/", people.account_refuse, name="account_refuse"),
]
