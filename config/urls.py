"""Every address of the product, by app. Fixed addresses come first: the first part of all others names a council."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny

handler400 = "council.views.bad_request"
handler403 = "council.views.permission_denied"
handler404 = "council.views.page_not_found"
handler500 = "council.views.server_error"

_PUBLIC = {"permission_classes": [AllowAny], "authentication_classes": []}

urlpatterns = [
    path("", include("council.urls")),
    path("admin/", admin.site.urls),
    path("api/schema/", SpectacularAPIView.as_view(**_PUBLIC), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema", **_PUBLIC), name="api-docs"),
    path("api/v1/councils/<slug:slug>/", include("transcripts.api")),
    path("api/v1/councils/<slug:slug>/", include("assistant.api")),
    path("<slug:slug>/pytaj/", include("assistant.urls")),
    path("<slug:slug>/protokoly/", include("assistant.minutes.urls")),
    path("<slug:slug>/streszczenia/", include("assistant.summaries.urls")),
    path("", include("transcripts.urls")),
]
