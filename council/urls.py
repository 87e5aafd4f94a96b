"""Addresses of the pages that belong to no recording."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path

from council import views

urlpatterns = [
    path("", views.home, name="home"),
    path("zaloguj/", views.SignInView.as_view(), name="sign-in"),
    path("haslo/", views.PasswordView.as_view(), name="password"),
    path("wyloguj/", LogoutView.as_view(), name="sign-out"),
    path("health", views.health, name="health"),
    path("admin/login/", views.admin_sign_in),
    path("admin/council/", views.choose_admin_council, name="choose-admin-council"),
]
