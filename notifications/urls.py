"""Addresses of the mailbox."""

from django.urls import path

from notifications.mailbox import views

urlpatterns = [
    path("mailbox/", views.mailbox, name="mailbox"),
    path("mailbox/<int:pk>/", views.email, name="mailbox_email"),
    path("mailbox/<int:pk>/html/", views.email_html, name="mailbox_email_html"),
]
