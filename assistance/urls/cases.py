"""The worklist and the cases."""

from django.urls import path

from assistance.views import cases as views

urlpatterns = [
    path("cases/", views.case_list, name="case_list"),
    path("cases/batch/", views.case_batch, name="case_batch"),
    path("cases/batch/result/", views.case_batch_result, name="case_batch_result"),
    path("cases/<int:pk>/", views.case_detail, name="case_detail"),
    path("cases/<int:pk>/materials/", views.material_add, name="material_add"),
    path("cases/<int:pk>/materials/<uuid:attachment>/remove/", views.material_remove, name="material_remove"),
    path("cases/<int:pk>/<slug:act>/", views.case_act, name="case_act"),
]
