"""What a meeting did: its agenda, votes, resolutions, attendance, interpellations and promises."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from council.models import CouncilOwned, Meeting, Person, User


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
