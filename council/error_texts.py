"""What the errors of the product say to people; those of sound and speech are in error_texts_speech.py.

code -> (what happened, what to do); texts may name {placeholders} filled from CouncilError.context.
"""

from __future__ import annotations

from typing import Final

ERROR_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "internal_error": (
        "Coś się nie udało po naszej stronie.",
        "Spróbuj ponownie; jeśli to się powtarza, powiadom administratora.",
    ),
    "not_found": (
        "Nie ma takiej strony lub nie masz do niej dostępu.",
        "Sprawdź adres albo zaloguj się na właściwe konto.",
    ),
    "sign_in_blocked": ("Zbyt wiele nieudanych prób zalogowania.", "Odczekaj kwadrans i spróbuj ponownie."),
    "password_must_change": (
        "Hasło do tego konta zna jeszcze ktoś inny.",
        "Zaloguj się na stronie i ustaw własne hasło.",
    ),
    "too_many_calls": (
        "Zbyt wiele pytań lub wyszukiwań w krótkim czasie.",
        "Odczekaj {seconds} s i spróbuj ponownie.",
    ),
    "request_too_large": (
        "Przesłane dane są większe niż dozwolony limit.",
        "Zmniejsz plik lub poproś administratora o zmianę limitu.",
    ),
    "storage_unavailable": (
        "Magazyn plików nie odpowiada.",
        "Nic nie przepadło; praca ruszy dalej, gdy magazyn wróci. Jeśli to trwa, powiadom administratora.",
    ),
    "stored_file_damaged": (
        "Zapisany plik tego nagrania jest uszkodzony (dysk albo magazyn plików).",
        "Powiadom administratora; jeśli nagranie przyszło jako plik, usuń je i wgraj ten plik jeszcze raz.",
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
    "recognizer_elsewhere": (
        "Mowę rozpoznaje tu inny komputer, a dla tej rady wyłączono łączenie się z internetem.",
        "Poproś administratora o rozpoznawanie na tym komputerze albo o włączenie połączeń dla rady; potem ponów.",
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
    "link_live": ("Transmisja jeszcze trwa.", "Nie trzeba nic robić: nagranie zostanie pobrane po jej zakończeniu."),
    "link_upcoming": (
        "Transmisja jeszcze się nie zaczęła.",
        "Nie trzeba nic robić: nagranie zostanie pobrane po jej zakończeniu.",
    ),
    "link_processing": (
        "Transmisja się skończyła, ale serwis jeszcze zapisuje jej nagranie.",
        "Nie trzeba nic robić: nagranie zostanie pobrane, gdy będzie całe.",
    ),
    "link_never_ended": (
        "Ta transmisja nie skończyła się albo nie zaczęła mimo długiego czekania.",
        "Sprawdź adres: podaj adres nagrania jednego posiedzenia, nie stałej transmisji kanału.",
    ),
    "link_bot_wall": (
        "Serwis z nagraniem wziął nas za robota i odmówił (albo ogranicza liczbę pobrań).",
        "Ponów za kilka godzin; jeśli to się powtarza, dodaj w panelu plik cookies konta rady albo pobierz plik i wgraj go tutaj.",
    ),
    "link_private": (
        "Nagranie jest prywatne.",
        "Poproś właściciela kanału o ustawienie „niepubliczny” lub „publiczny”, dodaj plik cookies konta z dostępem albo wgraj plik.",
    ),
    "link_members_only": (
        "Nagranie jest tylko dla członków (wspierających) kanału.",
        "Dodaj w panelu plik cookies konta, które ma dostęp, albo wgraj plik.",
    ),
    "link_age": (
        "Serwis pokazuje to nagranie tylko zalogowanym dorosłym.",
        "Dodaj w panelu plik cookies konta rady albo wgraj plik.",
    ),
    "link_geo_blocked": (
        "Serwis nie udostępnia tego nagrania w kraju, w którym stoi ten serwer.",
        "Pobierz plik na komputerze w Polsce i wgraj go tutaj albo poproś właściciela o zniesienie blokady.",
    ),
    "link_removed": (
        "Nagranie zostało usunięte z serwisu.",
        "Poproś właściciela kanału lub urząd o plik z nagraniem i wgraj go tutaj.",
    ),
    "cookies_invalid": (
        "To nie jest plik cookies w formacie Netscape.",
        "Wyeksportuj cookies rozszerzeniem przeglądarki zapisującym „cookies.txt” i wgraj ten plik.",
    ),
    "import_row_empty": (
        "W tym wierszu nie ma adresu ani ścieżki pliku.",
        "Wypełnij kolumnę „adres” (https://…) albo „plik”.",
    ),
    "import_row_unreadable": (
        "Tego wiersza nie da się odczytać.",
        "Sprawdź cudzysłowy i przecinki (CSV) albo nawiasy (JSONL); jeden wiersz to jedno nagranie.",
    ),
    "import_date_invalid": ("Data w tym wierszu jest nieprawidłowa.", "Wpisz ją jak 2026-03-26 albo 26.03.2026."),
    "import_list_unreadable": (
        "Tego pliku nie da się odczytać jako listy nagrań.",
        "Użyj CSV z nagłówkiem (adres lub plik, tytuł, data) albo JSONL.",
    ),
    "folder_entry_refused": (
        "To nie jest zwykły plik z tego folderu (dowiązanie albo niedozwolona nazwa).",
        "Skopiuj do folderu sam plik z nagraniem.",
    ),
    "folder_file_known": (
        "To samo nagranie już jest w systemie, pod inną nazwą pliku.",
        "Nie trzeba nic robić: ten plik usunięto z folderu, a nagranie jest opracowane raz.",
    ),
    "recording_silent": (
        "W tym nagraniu nie słychać mowy, więc jego transkrypcja jest pusta.",
        "Posłuchaj nagrania; jeśli mikrofon był wyłączony, wgraj inne nagranie tego posiedzenia.",
    ),
    "folder_council_unknown": (
        "Ten podfolder nie ma nazwy żadnej rady.",
        "Nazwij go skrótem rady, takim jak w jej adresie.",
    ),
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
        "Sprawdź, czy w pliku jest tekst: JSON, VTT lub SRT z czasami albo „Mówca: słowa”.",
    ),
    "transcript_unreadable": (
        "Nie udało się odczytać tego pliku jako transkrypcji.",
        "Użyj JSON (Whisper, WhisperX), VTT, SRT, DOCX z czasami albo tekstu „Mówca: słowa”.",
    ),
    "transcript_no_times": (
        "W tym dokumencie nie ma czasów, więc nie wiadomo, kiedy padły te słowa.",
        "Dołącz go do nagrania jako protokół (zakładka Dokumenty) albo pozwól"
        " oszacować czasy (w wierszu poleceń: --as-minutes); tytuł to powie.",
    ),
    "council_unknown": ("Nie ma rady o skrócie „{slug}”.", "Załóż ją poleceniem create_council albo sprawdź pisownię."),
    "vote_counts_invalid": (
        "Liczby głosów lub wynik są nieprawidłowe.",
        "Podaj liczby od 0 do 999 i wybierz wynik z listy.",
    ),
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
    "person_elsewhere": (
        "Konto z tym adresem już istnieje poza tą radą.",
        "Poproś operatora systemu o dodanie tej osoby albo użyj innego adresu.",
    ),
    # search
    "embeddings_unavailable": (
        "Serwer porównujący znaczenie tekstów nie odpowiada.",
        "Spróbuj ponownie za kilka minut; jeśli to się powtarza, powiadom administratora.",
    ),
    "reranker_unavailable": (
        "Serwer porządkujący wyniki nie odpowiada jak trzeba.",
        "Administrator: sprawdź RERANKER_BASE_URL i RERANKER_MODEL; do tego czasu kolejność ustala samo wyszukiwanie.",
    ),
    "embeddings_dimensions": (
        "Model wektorów daje wektory o {got} liczbach, a baza przyjmuje najwyżej {wanted}.",
        "Wybierz w ustawieniach model o mniejszej liczbie wymiarów.",
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
    "answer_not_polish": (
        "Model językowy nie odpowiedział po polsku.",
        "Powiadom administratora, jeśli to się powtarza: potrzebny jest model, który zna polski.",
    ),
    "model_elsewhere": (
        "Dla tej rady wyłączono łączenie się z internetem, a model językowy działa na innym komputerze, więc odpowiedź złożono z cytatów.",
        "Jeśli ma odpowiadać model, powiadom administratora.",
    ),
    "provider_address_invalid": (
        "To nie jest adres serwera modeli.",
        "Podaj adres zaczynający się od http:// lub https://, na przykład https://api.openai.com/v1.",
    ),
    "provider_address_private": (
        "Ten adres prowadzi do komputera, którego nie widać z internetu.",
        "Podaj adres publiczny albo poproś operatora systemu o dodanie tego serwera.",
    ),
    "provider_only_operator": (
        "Własny serwer głosu, rozpoznawania mowy i porównywania znaczeń może ustawić tylko operator systemu.",
        "Poproś operatora o zmianę.",
    ),
    "provider_incomplete": ("Brakuje nazwy modelu albo głosu.", "Uzupełnij wymagane pola i zapisz ponownie."),
    "provider_nothing_before": ("Nie ma poprzednich ustawień.", "Wpisz nowe ustawienia i zapisz."),
    "request_invalid": ("Tej wiadomości nie dało się odczytać.", "Odśwież stronę i spróbuj ponownie."),
    "answer_under_way": ("Trwa jeszcze poprzednia odpowiedź.", "Poczekaj na nią albo ją zatrzymaj."),
    "answer_failed": ("Nie udało się dokończyć odpowiedzi.", "Zadaj pytanie ponownie."),
    # documents
    "document_reader_busy": (
        "Serwer czyta właśnie inne dokumenty.",
        "Dodaj ten dokument ponownie za kilka minut.",
    ),
    "document_too_large": (
        "Ten dokument jest za duży albo otwiera się za długo.",
        "Podziel go na części (do 100 MB i 3000 stron) i wgraj je osobno.",
    ),
    "document_unreadable": (
        "Tego dokumentu nie da się odczytać.",
        "Sprawdź, czy otwiera się na komputerze, i zapisz go ponownie.",
    ),
    "document_encrypted": ("Dokument jest chroniony hasłem.", "Zapisz go bez hasła i wgraj ponownie."),
    "document_unsupported": ("Tego rodzaju pliku nie da się odczytać.", "Zapisz go jako PDF, DOCX, HTML albo TXT."),
    "document_scanned": (
        "To jest skan, a na tym serwerze nie ma rozpoznawania tekstu ze skanów.",
        "Wgraj dokument z tekstem albo poproś administratora o instalację programu tesseract z językiem polskim.",
    ),
    "document_ocr_failed": (
        "Nie udało się rozpoznać tekstu na skanie.",
        "Spróbuj ponownie; jeśli to się powtarza, powiadom administratora.",
    ),
    "document_empty": ("W tym dokumencie nie ma tekstu.", "Sprawdź, czy to właściwy plik."),
    "document_kind_unknown": ("Nie ma takiego rodzaju dokumentu.", "Wybierz rodzaj z listy."),
    "document_exists": ("Ten dokument już tu jest.", "Znajdziesz go na liście dokumentów."),
    "agenda_unreadable": (
        "W tym dokumencie nie ma ponumerowanych punktów porządku obrad.",
        "Wgraj dokument, w którym każdy punkt zaczyna się od numeru.",
    ),
    "vote_list_unreadable": (
        "W tym pliku nie ma wyników głosowania imiennego.",
        "Użyj wykazu z systemu do głosowania: strony HTML, pliku PDF albo CSV.",
    ),
    # minutes and summaries
    "minutes_sections_invalid": (
        "Sekcje protokołu są nieprawidłowe: każda musi mieć znany rodzaj i tytuł, a jej tekst nie może być za długi.",
        "Popraw sekcje i zapisz ponownie.",
    ),
    "minutes_changed": (
        "Ktoś zapisał w międzyczasie nowszą wersję.",
        "Skopiuj swoje zmiany, otwórz najnowszą wersję i wprowadź je jeszcze raz.",
    ),
    "minutes_format_unknown": ("Nie ma takiego formatu protokołu.", "Wybierz jeden z: docx, pdf, txt."),
    "minutes_pdf_failed": (
        "Nie udało się złożyć protokołu w PDF.",
        "Pobierz plik DOCX; jeśli to się powtarza, powiadom administratora.",
    ),
    "model_not_configured": (
        "Ta rada nie ma modelu językowego.",
        "Użyj wersji z samych faktów albo poproś administratora o ustawienie modelu.",
    ),
    "summary_invalid": (
        "Streszczenie jest puste albo za długie.",
        "Zostaw co najmniej jedno zdanie i najwyżej 100 zdań po 1000 znaków.",
    ),
    # correcting a transcript
    "segment_changed": (
        "Ktoś w tym czasie zmienił to miejsce transkrypcji.",
        "Odśwież stronę i wprowadź poprawkę do nowej treści.",
    ),
    "segment_text_too_long": ("To zdanie jest za długie (najwyżej {most} znaków).", "Podziel je na krótsze."),
    "split_invalid": (
        "W tym miejscu nie da się podzielić zdania.",
        "Wskaż słowo, od którego ma się zacząć druga część.",
    ),
    "merge_invalid": ("Tego zdania nie da się połączyć z następnym.", "Wybierz zdanie, po którym jest jeszcze jedno."),
    "speaker_invalid": ("Nazwa mówcy jest za długa (najwyżej {most} znaków).", "Podaj funkcję, imię i nazwisko."),
    "speaker_everywhere_nobody": (
        "To zdanie nie ma jeszcze mówcy, więc nie wiadomo, które inne zdania zmienić.",
        "Podaj mówcę tylko dla tego zdania.",
    ),
    "removed_gone": ("Tego fragmentu nie ma już na liście usuniętych.", "Odśwież stronę i sprawdź transkrypcję."),
    "correction_undone": ("Tę poprawkę już cofnięto.", "Odśwież stronę, aby zobaczyć aktualną historię."),
    "correction_overtaken": (
        "To miejsce zmieniono po tej poprawce.",
        "Cofnij najpierw nowsze poprawki tego miejsca albo popraw tekst ręcznie.",
    ),
    "title_too_long": ("Tytuł jest za długi.", "Skróć go do {most} znaków."),
}
