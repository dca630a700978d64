"""Log-in, log-out, own password, choice of post."""

from django.urls import path

from civaffairs.house.views import account
from civaffairs.shell.views import still_here

urlpatterns = [
    path("login/", account.log_in, name="login"),
    path("logout/", account.log_out, name="logout"),
    path("still-here/", still_here, name="still_here"),
    path("password/", account.password_change, name="password_change"),
    path("password/done/", account.password_change_done, name="password_change_done"),
    path("posting/switch/", account.switch_posting, name="switch_posting"),
    path("demo/day/", account.move_demo_day, name="move_demo_day"),
]
