"""URLs of batches."""

from django.urls import path

from assistance.views import batch as views

urlpatterns = [
    path("payments/batches/", views.batch_list, name="batch_list"),
    path("payments/batches/new/<slug:code>/", views.batch_new, name="batch_new"),
    path("payments/batches/<int:pk>/", views.batch_detail, name="batch_detail"),
    path("payments/batches/<int:pk>/people/", views.batch_items, name="batch_items"),
    path("payments/batches/<int:pk>/<slug:act>/", views.batch_act, name="batch_act"),
    path("payments/batches/people/<int:pk>/remove/", views.batch_item_remove, name="batch_item_remove"),
    path("payments/batches/people/<int:pk>/restore/", views.batch_item_restore, name="batch_item_restore"),
]
