"""URLs of attachments; urls/__init__.py gathers them."""

from django.urls import path

from civaffairs.registry.views import files

urlpatterns = [path("files/<uuid:attachment_id>/", files.attachment, name="attachment")]
