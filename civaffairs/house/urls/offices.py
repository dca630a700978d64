"""Offices, users, postings."""

from django.urls import path

from civaffairs.house.views import offices, users

urlpatterns = [
    path("offices/", offices.office_list, name="office_list"),
    path("offices/new/", offices.office_new, name="office_new"),
    path("offices/<str:code>/", offices.office_edit, name="office_edit"),
    path("offices/<str:code>/token/", offices.office_token, name="office_token"),
    path("users/", users.user_list, name="user_list"),
    path("users/new/", users.user_new, name="user_new"),
    path("users/<int:pk>/", users.user_detail, name="user_detail"),
    path("users/<int:pk>/password/", users.user_password, name="user_password"),
    path("users/<int:pk>/active/", users.user_active, name="user_active"),
    path("users/<int:pk>/grant/", users.posting_grant, name="posting_grant"),
    path("postings/<int:pk>/end/", users.posting_end, name="posting_end"),
]
