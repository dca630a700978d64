"""Addresses of the house itself, one file per part."""

from civaffairs.house.urls import account, audit, jobs, offices, rules

urlpatterns = [
    *account.urlpatterns,
    *offices.urlpatterns,
    *audit.urlpatterns,
    *rules.urlpatterns,
    *jobs.urlpatterns,
]
