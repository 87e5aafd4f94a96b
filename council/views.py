"""Pages that belong to no recording: signing in, choosing a council, health, and what to show when something fails."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from council.api import error_body
from council.errors import CouncilError, message_for
from council.middleware import ADMIN_COUNCIL_SESSION_KEY, councils_administered_by, error_page
from council.queries import councils_of
from council.sign_in import note_right_guess, take_guess


class SignInForm(AuthenticationForm):
    """E-mail and password; counts wrong guesses (council/sign_in.py)."""

    error_messages = {
        "invalid_login": "Adres e-mail lub hasło się nie zgadza. Sprawdź pisownię i spróbuj ponownie.",
        "inactive": "To konto jest wyłączone. Skontaktuj się z administratorem.",
    }

    def clean(self) -> dict[str, object]:
        email, address = str(self.cleaned_data.get("username", "")), self._address()
        try:
            take_guess(email, address)
        except CouncilError as error:
            raise ValidationError(message_for(error.code), code=error.code) from error
        cleaned: dict[str, object] = super().clean()
        note_right_guess(email, address)
        return cleaned

    def _address(self) -> str:
        return str(self.request.META.get("REMOTE_ADDR", "")) if self.request else ""


class SignInView(LoginView):
    template_name = "council/sign_in.html"
    form_class = SignInForm
    redirect_authenticated_user = True

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_invalid(form)
        if form.has_error("__all__", "sign_in_blocked"):
            response.status_code = 429
        return response


class PasswordForm(PasswordChangeForm):
    """The old password, and a new one that is another."""

    def clean(self) -> dict[str, object]:
        given: dict[str, object] = super().clean() or {}
        if self.user.check_password(str(given.get("new_password1", ""))):
            self.add_error("new_password1", "Wybierz hasło inne niż dotychczasowe.")
        return given


class PasswordView(PasswordChangeView):
    """Anybody's own password. Whose account was made by somebody else comes here first (council/middleware.py)."""

    template_name = "council/password.html"
    form_class = PasswordForm
    success_url = reverse_lazy("home")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        form.user.must_change_password = False
        response = super().form_valid(form)
        messages.success(self.request, "Hasło zmieniono.")
        return response


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The only council of a person at once; else a choice."""
    councils = councils_of(request.user)  # type: ignore[arg-type]  # signed in
    if len(councils) == 1:
        return redirect("recordings", councils[0].slug)
    return render(request, "council/home.html", {"councils": councils})


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """For load balancers and the supervisor: 200 while pages can be served, 503 while the database is away."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "error", "message": "database"}, status=503)
    return JsonResponse({"status": "ok", "message": "OK"})


def admin_sign_in(request: HttpRequest) -> HttpResponseRedirect:
    """The admin has no sign-in of its own: one door, one lock."""
    after = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
    return HttpResponseRedirect(f"{reverse('sign-in')}?{urlencode({REDIRECT_FIELD_NAME: after})}")


@login_required
@require_POST
def choose_admin_council(request: HttpRequest) -> HttpResponse:
    """Work in another council's content in the admin. Raises CouncilError("not_found") for one that is not theirs."""
    slug = request.POST.get("council", "")
    if slug not in {council.slug for council in councils_administered_by(request)}:
        raise CouncilError("not_found")
    request.session[ADMIN_COUNCIL_SESSION_KEY] = slug
    return redirect("admin:index")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _failure(request, 400, "bad_request", "Tego żądania nie da się zrozumieć. Wróć do poprzedniej strony.")


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _failure(request, 403, "permission_denied", "Tego nie wolno zrobić z tego konta. Zaloguj się na właściwe.")


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _failure(request, 404, "not_found", message_for("not_found"))


def server_error(request: HttpRequest) -> HttpResponse:
    """Needs neither the database nor the session: they may be what failed."""
    if request.path.startswith("/api/"):
        return JsonResponse(error_body(CouncilError("internal_error")), status=500)
    return HttpResponse(render(None, "500.html").content, status=500)


def _failure(request: HttpRequest, status: int, code: str, message: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        body = {"type": "client_error", "errors": [{"code": code, "detail": message, "attr": None}]}
        return JsonResponse(body, status=status)
    return error_page(request, status=status, message=message, code=code)
