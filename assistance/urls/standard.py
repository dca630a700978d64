"""Standards."""

from django.urls import path

from assistance.views import standard

urlpatterns = [
    path("standards/", standard.standard_list, name="standard_list"),
    path("standards/new/<slug:scheme>/", standard.standard_new, name="standard_new"),
    path("standards/<int:pk>/", standard.standard_detail, name="standard_detail"),
    path("standards/<int:pk>/confirm/", standard.standard_confirm, name="standard_confirm"),
    path("standards/<int:pk>/discard/", standard.standard_discard, name="standard_discard"),
]
