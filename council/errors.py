"""One error for the whole product, and the catalogue of what it says to people.

A program sees `code` (stable, snake_case) and `retryable`; a person sees the Polish sentence: what happened and what
to do. A code without a sentence is a bug that `tests/test_errors.py` finds.
"""

from __future__ import annotations

from typing import Final

# code -> (what happened, what to do); texts may name {placeholders} filled from CouncilError.context
MESSAGES: Final[dict[str, tuple[str, str]]] = {
    "internal_error": (
        "Coś się nie udało po naszej stronie.",
        "Spróbuj ponownie; jeśli to się powtarza, powiadom administratora.",
    ),
    "not_found": (
        "Nie ma takiej strony lub nie masz do niej dostępu.",
        "Sprawdź adres albo zaloguj się na właściwe konto.",
    ),
    "sign_in_blocked": ("Zbyt wiele nieudanych prób zalogowania.", "Odczekaj kwadrans i spróbuj ponownie."),
    "request_too_large": (
        "Przesłane dane są większe niż dozwolony limit.",
        "Zmniejsz plik lub poproś administratora o zmianę limitu.",
    ),
    "worker_lost": (
        "Przetwarzanie przerwało się kilka razy w tym samym miejscu.",
        "Ponów przetwarzanie; jeśli to się powtarza, powiadom administratora.",
    ),
    "secret_unreadable": (
        "Zapisany klucz lub hasło nie dają się odczytać (zmieniono klucz tego serwera).",
        "Wpisz je jeszcze raz albo dodaj poprzedni klucz do SECRET_KEY_FALLBACKS.",
    ),
    # sources: fetching a recording
    "link_invalid": ("To nie jest adres strony ani pliku.", "Wklej pełny adres zaczynający się od https://."),
    "link_forbidden": (
        "Ten adres prowadzi do sieci wewnętrznej, której nie wolno odczytywać.",
        "Podaj publiczny adres nagrania albo wgraj plik.",
    ),
    "egress_off": (
        "Dla tej rady wyłączono łączenie się z internetem.",
        "Wgraj plik z nagraniem albo poproś administratora o włączenie.",
    ),
    "link_dead": (
        "Pod tym adresem nie ma nagrania (strona nie istnieje lub nie odpowiada).",
        "Otwórz adres w przeglądarce i sprawdź, czy nagranie się odtwarza.",
    ),
    "link_login": (
        "Nagranie jest dostępne tylko po zalogowaniu.",
        "Pobierz plik i wgraj go tutaj albo dodaj plik cookies rady.",
    ),
    "link_unsupported": ("Nie znaleziono nagrania na tej stronie.", "Podaj adres samego filmu albo wgraj plik."),
    "link_live": ("Transmisja jeszcze trwa.", "Dodaj nagranie po jej zakończeniu."),
    "link_interrupted": ("Pobieranie przerwało się w połowie.", "Ponów; pobieranie zacznie się od miejsca przerwania."),
    "source_too_large": (
        "Plik jest większy niż dozwolony limit.",
        "Zmniejsz plik lub poproś administratora o zmianę limitu.",
    ),
    "source_too_long": (
        "Nagranie jest dłuższe niż dozwolony limit.",
        "Podziel nagranie na części lub poproś o zmianę limitu.",
    ),
    "source_missing": ("Nie ma takiego pliku.", "Sprawdź ścieżkę i uprawnienia."),
    "source_playlist": ("Ten adres zawiera wiele nagrań.", "Podaj adres jednego nagrania."),
    "cancelled": ("Zadanie zostało przerwane na życzenie.", "Ponów, aby dokończyć."),
    "storage_full": ("Na dysku serwera zabrakło miejsca.", "Powiadom administratora; po zwolnieniu miejsca ponów."),
    "transcript_empty": (
        "W tym pliku nie ma transkrypcji.",
        "Sprawdź, czy to plik JSON, VTT lub SRT z tekstem i czasami.",
    ),
    "transcript_unreadable": (
        "Nie udało się odczytać tego pliku jako transkrypcji.",
        "Użyj JSON (Whisper, WhisperX), VTT lub SRT.",
    ),
    "council_unknown": ("Nie ma rady o skrócie „{slug}”.", "Załóż ją poleceniem create_council albo sprawdź pisownię."),
    "not_ready": ("Transkrypcja nie jest jeszcze gotowa.", "Poczekaj, aż opracowanie się zakończy."),
    # councils and people
    "council_exists": (
        "Rada o skrócie „{slug}” już jest i nazywa się inaczej: „{name}”.",
        "Wybierz inny skrót albo zmień nazwę w panelu administracyjnym.",
    ),
    "council_slug_invalid": (
        "Skrót rady może mieć tylko małe litery bez polskich znaków, cyfry i myślniki; niektóre słowa (np. admin) są zajęte.",
        "Podaj skrót taki jak „modrzewica” lub „gmina-lipowa”.",
    ),
    "council_name_invalid": (
        "Nazwa rady jest pusta albo za długa (do 200 znaków).",
        "Podaj nazwę, na przykład „Rada Gminy Lipowa”.",
    ),
    "person_email_invalid": ("„{email}” nie jest adresem e-mail.", "Popraw adres."),
    "export_format_unknown": ("Nie ma takiego formatu zapisu.", "Wybierz jeden z: txt, json, vtt, srt."),
    "output_unwritable": ("Nie można zapisać pliku „{path}”.", "Sprawdź, czy folder istnieje i czy wolno w nim pisać."),
    "recording_unknown": (
        "Nie ma nagrania o tym numerze.",
        "Sprawdź numer; polecenie ingest wypisuje go po dodaniu nagrania.",
    ),
    # search
    "embeddings_unavailable": (
        "Serwer porównujący znaczenie tekstów nie odpowiada.",
        "Spróbuj ponownie za kilka minut; jeśli to się powtarza, powiadom administratora.",
    ),
    "embeddings_dimensions": (
        "Model wektorów daje wektory o {got} liczbach, a baza przyjmuje {wanted}.",
        "Wybierz w ustawieniach model o {wanted} wymiarach.",
    ),
    # assistant
    "question_empty": ("Nie ma pytania.", "Wpisz, czego chcesz się dowiedzieć."),
    "question_too_long": ("Pytanie jest dłuższe niż {limit} znaków.", "Zadaj krótsze pytanie."),
    "model_unavailable": (
        "Potrzebny model jest teraz niedostępny.",
        "Spróbuj ponownie za chwilę; jeśli to się powtarza, powiadom administratora.",
    ),
    "model_rejected": (
        "Serwer modelu językowego odrzucił pytanie.",
        "Powiadom administratora: trzeba sprawdzić klucz i nazwę modelu.",
    ),
    "model_unreadable": (
        "Odpowiedzi modelu językowego nie dało się odczytać.",
        "Zadaj pytanie inaczej albo spróbuj ponownie.",
    ),
    "model_elsewhere": (
        "Dla tej rady wyłączono łączenie się z internetem, a model językowy działa na innym komputerze, więc odpowiedź złożono z cytatów.",
        "Jeśli ma odpowiadać model, powiadom administratora.",
    ),
    "speech_unavailable": (
        "Nie udało się przeczytać tekstu na głos.",
        "Spróbuj ponownie za chwilę; jeśli to się powtarza, powiadom administratora.",
    ),
    "speech_empty": ("W tym tekście nie ma czego czytać.", "Wybierz tekst ze słowami."),
    "speech_speed_invalid": ("Nie ma takiej szybkości czytania.", "Wybierz szybkość od 0,5 do 2."),
    # recognition
    "ffmpeg_missing": (
        "Na tym komputerze brakuje programu ffmpeg.",
        "Poproś administratora o ponowną instalację (make setup).",
    ),
    "decoder_killed": ("Odczytywanie dźwięku zostało przerwane.", "Ponów przetwarzanie."),
    "disk_full": ("Na dysku zabrakło miejsca.", "Zwolnij miejsce i ponów przetwarzanie."),
    "model_missing": ("Brakuje modelu rozpoznawania mowy.", "Poproś administratora o ponowną instalację (make setup)."),
    "model_corrupt": (
        "Model rozpoznawania mowy jest uszkodzony.",
        "Poproś administratora o usunięcie folderu models i ponowny start.",
    ),
    "model_not_polish": (
        "Ten model nie zna języka polskiego.",
        "Poproś administratora o wybór innego modelu (nie distil-* ani *.en).",
    ),
    "out_of_memory": (
        "Zabrakło pamięci do rozpoznania mowy.",
        "Poproś administratora o mniejszy model albo ponów później.",
    ),
    "recognition_failed": ("Nie udało się rozpoznać mowy w tym fragmencie.", "Ponów przetwarzanie."),
    "person_elsewhere": (
        "Konto z tym adresem już istnieje poza tą radą.",
        "Poproś operatora systemu o dodanie tej osoby albo użyj innego adresu.",
    ),
    "given_up": ("Nikt już nie czekał na wynik.", "Wyślij zapytanie jeszcze raz."),
    "conversion_failed": ("Nie udało się zapisać dźwięku w tym formacie.", "Wybierz inny format."),
    "title_too_long": ("Tytuł jest za długi.", "Skróć go do {most} znaków."),
    # media
    "media_empty": ("Plik jest pusty.", "Sprawdź, czy nagranie zapisało się do końca, i wgraj je ponownie."),
    "media_unreadable": (
        "To nie jest nagranie dźwięku ani wideo albo plik jest uszkodzony.",
        "Sprawdź, czy plik odtwarza się na komputerze, i wgraj właściwy.",
    ),
    "media_no_audio": ("W tym wideo nie ma dźwięku.", "Wgraj nagranie ze ścieżką dźwiękową."),
    "media_truncated": (
        "Plik jest urwany: nie zawiera całego nagrania.",
        "Skopiuj lub pobierz plik jeszcze raz i wgraj ponownie.",
    ),
    # reading aloud
    "voice_unavailable": ("Głos czytający jest teraz niedostępny.", "Spróbuj ponownie za chwilę."),
    "voice_unknown": ("Nie ma takiego głosu.", "Wybierz inny głos w ustawieniach rady."),
    "voice_incomplete": ("Głos urwał się w połowie zdania.", "Odtwórz tekst jeszcze raz."),
    "text_empty": ("Nie ma czego przeczytać: tekst jest pusty.", "Zaznacz lub wpisz tekst do przeczytania."),
    "speed_invalid": ("Takiego tempa czytania nie ma.", "Wybierz tempo od 0,5 do 2,0."),
}


class CouncilError(Exception):
    """An expected failure. Raise it anywhere; the edges turn it into a page, an API answer, an exit code or a stage state.

    Args:
        code: a key of MESSAGES.
        retryable: True when the same call may succeed later without anybody changing anything.
        detail: for logs only; never shown to people, may hold addresses and paths.
        context: values for the placeholders of the message.
    """

    def __init__(self, code: str, *, retryable: bool = False, detail: str = "", **context: object) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.retryable = retryable
        self.detail = detail
        self.context = context


def message_for(code: str, **context: object) -> str:
    """The Polish text for people: what happened and what to do, in two sentences."""
    what, todo = MESSAGES.get(code, MESSAGES["internal_error"])
    return f"{what} {todo}".format_map(_Forgiving(context))


class _Forgiving(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"
