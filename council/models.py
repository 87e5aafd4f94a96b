"""Whose data this is: people, councils, who may do what, the meetings of a council and who sits in it."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractUser):
    """A person who signs in with an e-mail address. `is_superuser` is the operator: runs the platform."""

    username = None  # type: ignore[assignment]
    email = models.EmailField(_("adres e-mail"), unique=True)
    must_change_password = models.BooleanField(_("musi zmienić hasło"), default=False, editable=False)
    """Somebody else knows the password: nothing opens until its owner has chosen another."""

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("osoba")
        verbose_name_plural = _("osoby")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_ignoring_case")]

    def __str__(self) -> str:
        return self.get_full_name() or self.email


class Council(models.Model):
    """The tenant: one council and its office."""

    slug = models.SlugField(_("skrót w adresie"), unique=True, max_length=60)
    name = models.CharField(_("nazwa"), max_length=200)
    egress_allowed = models.BooleanField(
        _("wolno łączyć się z internetem"),
        default=True,
        help_text=_("Wyłączone: żadne dane tej rady nie opuszczają tego komputera."),
    )
    created_at = models.DateTimeField(_("utworzono"), auto_now_add=True)

    class Meta:
        verbose_name = _("rada")
        verbose_name_plural = _("rady")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    CLERK = "clerk", _("pracownik biura rady")
    COUNCILLOR = "councillor", _("radny")
    RESIDENT = "resident", _("mieszkaniec")


class Membership(models.Model):
    """What one person may do in one council."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("osoba"))
    council = models.ForeignKey(Council, models.CASCADE, related_name="memberships", verbose_name=_("rada"))
    role = models.CharField(_("rola"), max_length=12, choices=Role)

    class Meta:
        verbose_name = _("członkostwo")
        verbose_name_plural = _("członkostwa")
        constraints = [models.UniqueConstraint(fields=["user", "council"], name="one_role_per_council")]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_role_display()} ({self.council})"


class KeyScope(models.TextChoices):
    ALL = "all", _("wszystko, co może pracownik biura rady, i serwer mowy")
    SPEECH = "speech", _("tylko serwer mowy")


class ApiKey(models.Model):
    """A key for programs, acting as the council's clerk. Only its SHA-256 is kept: a key has 256 random bits."""

    council = models.ForeignKey(Council, models.CASCADE, related_name="api_keys", verbose_name=_("rada"))
    name = models.CharField(_("nazwa"), max_length=100, blank=True)
    scope = models.CharField(_("co otwiera"), max_length=10, choices=KeyScope, default=KeyScope.ALL)
    requests_per_minute = models.PositiveIntegerField(
        _("zapytań na minutę"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Puste: limit serwera, jeśli go ustawiono."),
    )
    prefix = models.CharField(_("początek"), max_length=12, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("utworzono"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("ostatnio użyty"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("unieważniono"), null=True, blank=True)

    class Meta:
        verbose_name = _("klucz API")
        verbose_name_plural = _("klucze API")

    def __str__(self) -> str:
        return f"{self.prefix}… {self.name}"

    @staticmethod
    def new_secret() -> str:
        return f"ar_{secrets.token_urlsafe(32)}"

    @staticmethod
    def digest_of(secret: str) -> str:
        return hashlib.sha256(secret.encode()).hexdigest()


class CouncilOwned(models.Model):
    """Base of every content row. Its table gets EnableRowSecurity in the migration that creates it."""

    council = models.ForeignKey(Council, models.CASCADE, related_name="+", verbose_name=_("rada"))

    class Meta:
        abstract = True


class Meeting(CouncilOwned):
    """One session (sesja) or committee meeting (posiedzenie komisji)."""

    title = models.CharField(_("tytuł"), max_length=300)
    held_on = models.DateField(_("data"), null=True, blank=True)

    class Meta:
        verbose_name = _("posiedzenie")
        verbose_name_plural = _("posiedzenia")
        indexes = [models.Index(fields=["council", "held_on"])]

    def __str__(self) -> str:
        return self.title


# --- who sits in a council -------------------------------------------------------------------------------------------


class Term(CouncilOwned):
    """A term of office (kadencja)."""

    number = models.PositiveSmallIntegerField(_("numer"))
    starts_on = models.DateField(_("od"), null=True, blank=True)
    ends_on = models.DateField(_("do"), null=True, blank=True)

    class Meta:
        verbose_name = _("kadencja")
        verbose_name_plural = _("kadencje")
        constraints = [models.UniqueConstraint(fields=["council", "number"], name="one_term_per_number")]

    def __str__(self) -> str:
        return f"{self.number}. kadencja"


class Body(CouncilOwned):
    """Who meets: the council itself, a committee, a board."""

    name = models.CharField(_("nazwa"), max_length=200)
    statutory_seats = models.PositiveSmallIntegerField(_("ustawowy skład"), null=True, blank=True)

    class Meta:
        verbose_name = _("organ lub komisja")
        verbose_name_plural = _("organy i komisje")
        constraints = [models.UniqueConstraint(fields=["council", "name"], name="one_body_per_name")]

    def __str__(self) -> str:
        return self.name


class Person(CouncilOwned):
    """Somebody who sits in a body or answers for the office; has no account by that."""

    name = models.CharField(_("imię i nazwisko"), max_length=200)

    class Meta:
        verbose_name = _("osoba w składzie")
        verbose_name_plural = _("osoby w składzie")
        indexes = [models.Index(fields=["council", "name"])]

    def __str__(self) -> str:
        return self.name


class Seat(CouncilOwned):
    """A person in a body for some time."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="seats", verbose_name=_("osoba"))
    body = models.ForeignKey(Body, models.CASCADE, related_name="seats", verbose_name=_("organ lub komisja"))
    term = models.ForeignKey(Term, models.SET_NULL, null=True, blank=True, verbose_name=_("kadencja"))
    function = models.CharField(_("funkcja"), max_length=100, blank=True)
    club = models.CharField(_("klub"), max_length=200, blank=True)
    starts_on = models.DateField(_("od"), null=True, blank=True)
    ends_on = models.DateField(_("do"), null=True, blank=True)

    class Meta:
        verbose_name = _("mandat")
        verbose_name_plural = _("mandaty")

    def __str__(self) -> str:
        return f"{self.person} – {self.body}"


class WorkerHeartbeat(models.Model):
    """One queue worker process on one machine: alive while `seen_at` is fresh. No content, hence no row security."""

    queue = models.CharField(max_length=20)
    worker = models.CharField(max_length=120)
    seen_at = models.DateTimeField()
    canary_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["queue", "worker"], name="one_heartbeat_per_worker")]

    def __str__(self) -> str:
        return f"{self.queue} {self.worker}"


class SignInFailure(models.Model):
    """Wrong password guesses of late, counted per (caller's address, e-mail) and per address. Holds hashes only."""

    key = models.CharField(max_length=64, unique=True)  # SHA-256, hex
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.count}"


class CallCount(models.Model):
    """How many requests one caller (a key, a person) made in their current minute. Names no content."""

    caller = models.CharField(max_length=64, unique=True)
    started_at = models.DateTimeField()
    count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.caller} {self.count}"
