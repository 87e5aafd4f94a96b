"""Whose data this is: people, councils, who may do what, and the meetings of a council."""

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


# --- what a meeting decided ------------------------------------------------------------------------------------------


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


class FactStatus(models.TextChoices):
    DRAFT = "draft", _("robocze")
    CONFIRMED = "confirmed", _("potwierdzone")
    REJECTED = "rejected", _("odrzucone")  # the clerk says it is none: kept, so that it is not found again


class MeetingFact(CouncilOwned):
    """Base of what was read out of a meeting: where it was said, word for word, and whether a clerk confirmed it.

    `recording_id` names the transcript (an app above this one), hence no foreign key: whoever deletes a recording
    deletes its drafts. A draft belongs to its recording only; a confirmed fact belongs to a meeting and stays.
    """

    meeting = models.ForeignKey(Meeting, models.CASCADE, null=True, blank=True, verbose_name=_("posiedzenie"))
    recording_id = models.UUIDField(null=True, blank=True, editable=False, db_index=True)
    start_ms = models.BigIntegerField(_("początek (ms)"), null=True, blank=True)
    end_ms = models.BigIntegerField(_("koniec (ms)"), null=True, blank=True)
    quote = models.TextField(_("cytat"), blank=True)
    status = models.CharField(_("stan"), max_length=9, choices=FactStatus, default=FactStatus.DRAFT)
    confirmed_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, editable=False, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True


class AgendaItem(MeetingFact):
    """A point of the agenda that was really opened, from its formula to the next one."""

    label = models.CharField(_("numer"), max_length=20, blank=True)  # "2", "6a"
    title = models.CharField(_("tytuł"), max_length=500, blank=True)
    confidence = models.FloatField(_("pewność"), default=1.0)

    class Meta:
        verbose_name = _("punkt porządku obrad")
        verbose_name_plural = _("punkty porządku obrad")
        ordering = ["start_ms", "pk"]

    def __str__(self) -> str:
        return f"{self.label}. {self.title}"


class VoteKind(models.TextChoices):
    OPEN = "open", _("jawne")
    NAMED = "named", _("jawne imienne")
    SECRET = "secret", _("tajne")


class VoteMajority(models.TextChoices):
    SIMPLE = "simple", _("zwykła")
    ABSOLUTE = "absolute", _("bezwzględna")
    ABSOLUTE_STATUTORY = "absolute_statutory", _("bezwzględna ustawowego składu")
    THREE_FIFTHS_STATUTORY = "three_fifths_statutory", _("trzy piąte ustawowego składu")


class Vote(MeetingFact):
    """A vote. Counts that are not known are empty. The official result is the office's list, not the transcript."""

    point_label = models.CharField(_("punkt"), max_length=20, blank=True)
    subject = models.CharField(_("przedmiot"), max_length=500, blank=True)
    in_favour = models.PositiveSmallIntegerField(_("za"), null=True, blank=True)
    against = models.PositiveSmallIntegerField(_("przeciw"), null=True, blank=True)
    abstained = models.PositiveSmallIntegerField(_("wstrzymało się"), null=True, blank=True)
    not_voting = models.PositiveSmallIntegerField(_("nie głosowało"), null=True, blank=True)
    present = models.PositiveSmallIntegerField(_("obecnych"), null=True, blank=True)
    kind = models.CharField(_("tryb"), max_length=6, choices=VoteKind, default=VoteKind.OPEN)
    majority = models.CharField(_("większość"), max_length=22, choices=VoteMajority, default=VoteMajority.SIMPLE)
    result = models.CharField(_("wynik"), max_length=20, blank=True)  # przyjęto, odrzucono, podjęto
    resolution_number = models.CharField(_("numer uchwały"), max_length=40, blank=True)
    superseded = models.BooleanField(_("unieważnione lub powtórzone"), default=False)
    flags = models.JSONField(_("uwagi"), default=list, blank=True)

    class Meta:
        verbose_name = _("głosowanie")
        verbose_name_plural = _("głosowania")
        ordering = ["start_ms", "pk"]
        # What a ballot's foreign key points at, so that the database itself keeps ballots out of secret votes.
        constraints = [models.UniqueConstraint(fields=["id", "kind"], name="vote_with_its_kind")]

    def __str__(self) -> str:
        return self.subject


class Ballot(CouncilOwned):
    """How one person voted, as far as it was said or listed. Never of a secret vote: (vote, vote_kind) is a foreign key
    to Vote(id, kind), and a secret `vote_kind` is refused."""

    vote = models.ForeignKey(Vote, models.CASCADE, related_name="ballots", verbose_name=_("głosowanie"))
    vote_kind = models.CharField(max_length=6, choices=VoteKind, default=VoteKind.OPEN, editable=False)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, verbose_name=_("osoba"))
    name = models.CharField(_("imię i nazwisko"), max_length=200)
    choice = models.CharField(_("głos"), max_length=20)  # za, przeciw, wstrzymał się

    class Meta:
        verbose_name = _("głos imienny")
        verbose_name_plural = _("głosy imienne")
        constraints = [
            models.UniqueConstraint(fields=["council", "vote", "name"], name="one_ballot_per_name"),
            models.CheckConstraint(condition=~models.Q(vote_kind="secret"), name="no_ballot_in_a_secret_vote"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.choice}"


class Resolution(MeetingFact):
    """A resolution (uchwała) that was voted on."""

    number = models.CharField(_("numer"), max_length=40, blank=True)
    title = models.CharField(_("w sprawie"), max_length=500, blank=True)
    point_label = models.CharField(_("punkt"), max_length=20, blank=True)
    vote = models.ForeignKey(Vote, models.SET_NULL, null=True, blank=True, verbose_name=_("głosowanie"))
    adopted = models.BooleanField(_("podjęta"), default=True)

    class Meta:
        verbose_name = _("uchwała")
        verbose_name_plural = _("uchwały")
        ordering = ["start_ms", "pk"]

    def __str__(self) -> str:
        return self.number or self.title


class AttendanceState(models.TextChoices):
    PRESENT = "present", _("przybycie")
    LATE = "late", _("spóźnienie")
    LEFT = "left", _("wyjście")
    ABSENT = "absent", _("nieobecność")
    EXCUSED = "excused", _("nieobecność usprawiedliwiona")


class Attendance(MeetingFact):
    """Who came, left or stayed away. `count`: how many were present from then on."""

    name = models.CharField(_("imię i nazwisko"), max_length=200)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, verbose_name=_("osoba"))
    state = models.CharField(_("co zaszło"), max_length=8, choices=AttendanceState, default=AttendanceState.PRESENT)
    count = models.PositiveSmallIntegerField(_("obecnych"), null=True, blank=True)

    class Meta:
        verbose_name = _("obecność")
        verbose_name_plural = _("obecność")
        ordering = ["start_ms", "pk"]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_state_display()}"


class Interpellation(MeetingFact):
    """An interpellation or a spoken question. `due_on`: the law gives 14 days for a written answer."""

    kind = models.CharField(_("rodzaj"), max_length=20, default="interpelacja")  # or "zapytanie"
    author = models.CharField(_("autor"), max_length=200, blank=True)
    subject = models.CharField(_("w sprawie"), max_length=500, blank=True)
    due_on = models.DateField(_("termin odpowiedzi"), null=True, blank=True)
    answered_on = models.DateField(_("data odpowiedzi"), null=True, blank=True)

    class Meta:
        verbose_name = _("interpelacja lub zapytanie")
        verbose_name_plural = _("interpelacje i zapytania")
        ordering = ["start_ms", "pk"]

    def __str__(self) -> str:
        return self.subject


class Promise(MeetingFact):
    """What somebody undertook to do. `due` is as exact as it was said: 2026-09-30, 2026-08, 2027 or empty."""

    who = models.CharField(_("kto"), max_length=200, blank=True)
    what = models.TextField(_("co"), blank=True)
    due = models.CharField(_("termin"), max_length=10, blank=True)
    due_text = models.CharField(_("termin słowami"), max_length=200, blank=True)
    amount = models.BigIntegerField(_("kwota (zł)"), null=True, blank=True)

    class Meta:
        verbose_name = _("zobowiązanie")
        verbose_name_plural = _("zobowiązania")
        ordering = ["start_ms", "pk"]

    def __str__(self) -> str:
        return self.what[:80]


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
