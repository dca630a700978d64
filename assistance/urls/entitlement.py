"""URLs of the ledger and of ends."""

from django.urls import path

from assistance.views import entitlement as views

urlpatterns = [
    path("entitlements/", views.entitlement_list, name="entitlement_list"),
    path("entitlements/<int:pk>/", views.entitlement_detail, name="entitlement_detail"),
    path("entitlements/<int:pk>/stop/", views.change_propose, name="change_propose"),
    path("entitlements/changes/", views.change_list, name="change_list"),
    path("entitlements/changes/<int:pk>/", views.change_confirm, name="change_confirm"),
]
