"""Addresses of signing in: those of allauth that are needed, under the names it uses.

No sign-up and no list of addresses: people are invited, and each has one address.
"""

from allauth.account import views as allauth_views
from django.urls import path, re_path

from reseller_console.accounts import views

urlpatterns = [
    path("login/", views.SignInView.as_view(), name="account_login"),
    path("logout/", allauth_views.logout, name="account_logout"),
    path("language/", views.choose_language, name="account_language"),
    path("inactive/", allauth_views.account_inactive, name="account_inactive"),
    path("join/<str:token>/", views.join_team, name="account_join"),
    path("password/change/", allauth_views.password_change, name="account_change_password"),
    path("password/reset/", allauth_views.password_reset, name="account_reset_password"),
    path(
        "password/reset/done/",
        allauth_views.password_reset_done,
        name="account_reset_password_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth_views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        allauth_views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]
