"""URLs of intake; assistance/urls/__init__.py gathers them."""

from django.urls import path

from assistance.views import application as views

urlpatterns = [
    path("drafts/", views.draft_list, name="draft_list"),
    path("drafts/new/", views.draft_new, name="draft_new"),
    path("drafts/<uuid:draft_id>/", views.draft_edit, name="draft_edit"),
    path("drafts/<uuid:draft_id>/save/", views.draft_save, name="draft_save"),
    path("drafts/<uuid:draft_id>/submit/", views.draft_submit, name="draft_submit"),
    path("drafts/<uuid:draft_id>/discard/", views.draft_discard, name="draft_discard"),
    path("drafts/<uuid:draft_id>/attach/", views.draft_attach, name="draft_attach"),
    path("drafts/<uuid:draft_id>/detach/", views.draft_detach, name="draft_detach"),
    path("cases/<int:application_id>/correct/", views.application_resubmit, name="application_resubmit"),
]
