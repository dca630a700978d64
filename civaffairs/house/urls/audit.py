"""The audit trail."""

from django.urls import path

from civaffairs.house.views import audit

urlpatterns = [
    path("audit/", audit.audit_list, name="audit_list"),
    path("audit/verify/", audit.audit_verify, name="audit_verify"),
    path("audit/<int:seq>/", audit.audit_detail, name="audit_detail"),
]
