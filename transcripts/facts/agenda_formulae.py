"""The formulae by which a chair opens the points of an agenda, and the words that show one is only mentioned."""

from __future__ import annotations

import re
from typing import Final

_ADVERBS: Final = (
    r"(?: teraz| więc| zatem| dalej| od razu| w takim razie| proszę państwa| szanowni państwo| państwo| wobec tego"
    r"| natomiast| już| w tej chwili| tym samym| w związku z tym| zgodnie z porządkiem| płynnie)*"
)
_GOING: Final = (
    r"prze(?:chodzimy|jdziemy|jdźmy|chodząc|chodzę|jdę|skakujemy|skoczymy)|przystępujemy|przystąpimy|przystąpmy|przystępuję"
    r"|idziemy|pójdźmy|lecimy|jedziemy|ruszamy|dochodzimy|doszliśmy|docieramy|dotarliśmy|wchodzimy|posuwamy się"
)
_ENTERING: Final = (
    rf"(?:{_GOING}|łączymy|rozpoczynamy|zaczynamy|otwieram|otwieramy|procedujemy|realizujemy|rozpatrujemy|omawiamy|wywołuję"
    r"|bierzemy|weźmy|zajm(?:iemy|ujemy|ijmy) się|pochyl(?:my|amy|imy) się|kolej|pora|czas|(?:zostaje|został|zostało"
    r"|pozostaje|pozostał|pozostało)(?: nam)?|jesteśmy|mamy|przed nami)"
)
_OF_POINT: Final = (
    r"(?: na warsztat)?(?: (?:do|w|na|z|nad|przy|przez))?(?: realizacji| omówienia| rozpatrzenia| procedowania)*"
)
_POINT: Final = r"(?:punk(?:t|tu|cie|tem|ty|tów|tach|tami)|pkt)"
_OF_AGENDA: Final = (
    r"(?:(?: naszego| dzisiejszego)? (?:porządku|programu)(?: (?:obrad|dziennego|sesji|dnia))?| naszej sesji| dzisiejszej sesji"
    r"| (?:naszych |dzisiejszych )?obrad)*"
)
_NOUN: Final = (
    r"(?P<noun>(?:dwudziestk(?:a|i|ę|ą) )?(?:jedyn|dw[óo]j|tr[óo]j|czw[óo]r|pi[ąa]t|sz[óo]st|si[óo]dem|[óo]sem|dziewi[ąa]t"
    r"|dziesi[ąa]t|jedenast|dwunast|trzynast|czternast|pi[ęe]tnast|szesnast|siedemnast|osiemnast|dziewi[ęe]tnast"
    r"|dwudziest)(?:(?:k|eczk)(?:a|i|ę|ą)|(?:ec)?ce))"
)
""" "Piątka, zmiany w budżecie", "idziemy do trójki": the point by the noun of its number."""
_NUMBER: Final = (
    r"(?:(?: numer| nr| oznaczonego numerem)? (?P<n>[#@]\d{1,2}|\d{1,2}[a-z]|\d{1,2}\.\d{1,2})"
    r"(?:(?: kropka)? (?P<minor>#\d{1,2})(?= |$))?)"
)
_SUB: Final = r"(?: (?:podpunkt\w*|litera|lit|ppkt) (?P<sub>[a-zł]|be|ce|de|ef|gie|[#@]\d{1,2})(?= |$)| (?P<letter>[a-h]|bis|ter|prim)(?= |$))?"
_NEXT_WORD: Final = r"(?:kolejn\w+|następn\w+|(?:przed)?ostatni\w*)"
WITH_NUMBER: Final = re.compile(
    rf"\b(?:{_ENTERING}{_ADVERBS}{_OF_POINT}) (?:(?:do )?{_NEXT_WORD} )?{_POINT}{_OF_AGENDA}{_NUMBER}{_SUB}"
)
BARE_NUMBER: Final = re.compile(
    rf"\b(?:(?:(?:i |a |to |no )?(?:teraz |dalej |z kolei |następnie )|i |no to )?(?:punkt|punkty|pkt|ad)|w punkcie)"
    rf"{_OF_AGENDA}{_NUMBER}{_SUB}(?: tak zwan\w+)?"
)
NUMBER_FIRST: Final = re.compile(
    rf"\b(?:{_ENTERING}{_ADVERBS}(?: (?:do|na|nad|z|przy|w))? )(?P<n>@\d{{1,2}}) {_POINT}(?!\w)"
)
NUMBER_OF_AGENDA: Final = re.compile(
    rf"(?<!\S)(?P<n>@\d{{1,2}}) (?:z kolei )?(?:punkt|pozycja|temat)\b{_OF_AGENDA}"
    rf"|(?<!\S)w (?P<n2>@\d{{1,2}}) punkcie{_OF_AGENDA}(?= (?:mamy|jest|będzie|przewidzian\w+|rozpatrujemy|omawiamy)\b)"
)
NOUN_ENTERED: Final = re.compile(rf"\b(?:{_ENTERING}{_ADVERBS}{_OF_POINT}) (?:{_POINT} |numer\w* |nr )?{_NOUN}(?!\S)")
NOUN_RETURN: Final = re.compile(
    rf"\b(?:wracamy|powracamy|wróćmy){_ADVERBS} do (?:{_POINT} )?{_NOUN}(?!\S)(?! po przerwie)"
)
NOUN_BARE: Final = re.compile(
    rf"(?<!\S)(?:(?:i |a |to |no |dobra |dobrze )*(?:teraz |dalej |zatem )?(?:to )?){_NOUN}(?!\S)"
)
SHORT_NUMBER: Final = re.compile(
    rf"(?<!\S)(?:(?:(?:i |a |to |no )*teraz |i )?(?:numer|pozycja|temat|punktem) (?P<n>[#@]\d{{1,2}})(?! (?:łamane|łamana|ukośnik|przez|kreska))"
    rf"|pod (?:(?:numerem|punktem|pozycją) (?P<n2>[#@]\d{{1,2}})|(?P<n3>@\d{{1,2}}) (?:punktem|pozycją)|{_NOUN})"
    rf"|(?:(?:no |to |i |a |dobra |dobrze )*(?:teraz |czas na |pora na )?)(?P<n4>@\d{{1,2}}))(?!\S)(?! (?:łamane|łamana|ukośnik|przez|kreska))"
)
""" "Numer cztery, ...", "pod szóstką mamy ...", "Siódmy, ...": believed at the head of a sentence, as the very next."""
LATER_IN_SENTENCE: Final = re.compile(
    rf"\b(?:możemy|pozwolę sobie|pozwólcie państwo|trzeba|czas|pora|proponuję|pozostaje nam)(?: \w+)? przejść{_ADVERBS} (?:do )?{_POINT}"
    rf"{_OF_AGENDA}{_NUMBER}{_SUB}"
    rf"|\bjako (?:{_POINT}{_OF_AGENDA} (?P<n2>[#@]\d{{1,2}})|(?P<n3>@\d{{1,2}}) punkt)(?!\S)"
)
""" "Na początek, jako punkt drugi, informacja": believed as the very next point, unless the agenda is being changed."""
AS_THE_AGENDA_CHANGES: Final = re.compile(
    r"\b(?:wprowadz\w+|dod(?:ać|aję|amy|anie|ania|ajemy)|dopis\w+|wchodzi\w*|wejdzie|umie[śs]\w+|figur\w+|wnios\w+|wnosz\w+|wniosek|zgłasz\w+"
    r"|proponuj\w+|chciał\w+|zamian\w+|zamieni\w+|przesu\w+|przenie\w+|otrzym\w+|rozszerz\w+|uzupełn\w+|zmian\w+ porządku|stanie|był\w*|został\w*"
    r"|nowy|dodatkowy|po punkcie|przed punktem)\b"
)
TOGETHER: Final = re.compile(
    r"\b(?:punkty|punktów|punktach|punktami|punktu|punkt) (?P<a>[#@]\d{1,2}) (?:i|oraz|z|a także|razem z|wraz z)(?: punkt\w*)? (?P<b>[#@]\d{1,2})(?!\S)"
)
""" "Punkty szósty i siódmy omówimy łącznie": both are opened, the second at its own number."""
TITLE_THEN_NUMBER: Final = re.compile(
    rf"\b(?:czyli|to jest|to będzie|to już|a to|jest to|będzie to|to) (?:nasz )?{_POINT}{_OF_AGENDA} (?P<n>[#@]\d{{1,2}})(?!\S)"
)
""" "Plan miejscowy, to będzie punkt trzeci.": a sentence of its own."""
NAMED_THEN_NUMBER: Final = re.compile(
    rf"\b(?:przechodzimy|przystępujemy|przejdziemy|przejdźmy){_ADVERBS} do (?:(?!punkt|głosowan|#|@)\S+ ){{1,9}}?"
    rf"(?:(?:a )?(?:to jest|jest to|to|czyli|mamy to w)) (?:{_NEXT_WORD} )?{_POINT}{_OF_AGENDA}{_NUMBER}{_SUB}"
)
""" "Przechodzimy do porządku obrad, to jest punkt drugi": the title stands before the number."""
WRITTEN_LABEL: Final = re.compile(
    r"(?<!\S)(?P<n>\d{1,2}\.[1-9]\d?|\d{1,2}[a-h])(?!\S)(?! (?:mln|tys|mld|miliona|tysiąca|procent\w*|zł\w*|km|ha|m|metr\w*|hektar\w*)\b)"
)
""" "6.2. Dotacje dla przedszkoli.": nothing but the label, where a sentence begins."""
RETURN: Final = re.compile(rf"\b(?:wracamy|powracamy|wróćmy){_ADVERBS} do {_POINT}{_OF_AGENDA}{_NUMBER}{_SUB}")
"""Opens a point that was passed over when the order was changed; one already opened is only touched again."""
TO_NUMBER: Final = re.compile(
    rf"\b(?:{_GOING}){_ADVERBS} (?:do|z|na) (?P<n>@\d{{1,2}})(?! (?:punkt|część|czytan|głosowan))"
)
NEXT: Final = re.compile(
    rf"\b(?:(?:{_ENTERING}{_ADVERBS}{_OF_POINT} )?{_NEXT_WORD}(?: nasz(?:ego|ym)?)? (?:punkt(?:u|em)?|pkt){_OF_AGENDA}"
    r"(?! (?:#|@))(?: to(?: jest)?| jest| dotyczy)?)"
)
NO_TITLE: Final = re.compile(
    r"\b(?:dziękuję|prowadzenie|proszę|głosów|radn\w+|przyjęt\w+|podjęt\w+|się|uwag|pytań|wznawiam)\b"
)
LEAD_TO_TITLE: Final = re.compile(rf"\b{_ENTERING}{_ADVERBS}{_OF_POINT}(?= )")
SUBPOINT: Final = re.compile(
    r"\b(?:(?:w )?podpunk(?:t|tu|cie)|litera|ppkt|punkt litera) (?P<sub>[a-zł]|be|ce|de|ef|gie|[#@]\d{1,2})(?= |$)"
)
TO_BECOME: Final = re.compile(rf"\bjako {_POINT} \S+$")
""" "Projekt wchodzi do porządku jako punkt szósty litera c": its place, not its turn."""
BY_NAME: Final = re.compile(
    rf"\b(?:przechodzimy|przejdźmy|przystępujemy|przejdziemy){_ADVERBS} do(?: punktu)? (?P<name>(?:przyjęci\w+|zatwierdzeni\w+|podjęci\w+"
    r"|rozpatrzeni\w+|informacji|sprawozda\w+|interpelacji|zapytań|wolnych wniosków|spraw różnych|projektu uchwały|uchwały"
    r"|projektów uchwał|bloku uchwał|wyboru|wyborów|oświadczeń|komunikatów|raportu|debaty nad|stwierdzenia|wniosków i"
    r"|odpowiedzi na interpelacje|ślubowania|powołania|zamknięcia))"
)
BARE_NAME: Final = re.compile(
    r"(?<!\S)(?P<name>wolne wnioski|sprawy różne|interpelacje|zapytania)(?: (?:i |oraz )?(?:wnioski|zapytania|informacje|radnych"
    r"|oświadczenia|komunikaty|wolne)){0,4}(?!\S)"
)
"""A sentence of nothing but the usual name of a last point: "Wolne wnioski."."""
CERTAIN_NAMES: Final = re.compile(r"interpelacji|wolnych|spraw różnych|oświadczeń|zamknięcia|zapytań")
HOLDS: Final = re.compile(r" (?:mamy|jest|przewidzian\w+|rozpatrujemy|omawiamy|procedujemy)\b")
ORDER_WITHIN: Final = 600
"""Words from the start of a recording in which the order of business is asked about."""
MANY: Final = 3
"""Points opened by number: a chair who numbers them means something else by "przystępujemy do wyboru komisji"."""
ASKS_OF_ORDER: Final = re.compile(
    r"\b(?:(?:czy|kto)(?: (?!protok)\S+){1,8}? porządk\w+(?: (?:obrad|dzienn\w+|sesji))?|porząd\w+ (?:obrad |dzienn\w+ )?(?:\w+ )?"
    r"(?:państwo|radni|wszyscy) (?:\w+ )?(?:otrzymali|dostali|mają|znają)"
    r"|(?:przystępujemy|przechodzimy|przejdźmy|przejdziemy|idziemy|teraz|najpierw)(?: teraz| więc| zatem| dalej| do| jest| mamy)* porząd(?:ku|ek)"
    r"(?: (?:obrad|dzienn\w+|sesji))?|(?:co|jeśli chodzi|jeżeli chodzi) (?:do|o) porząd(?:ku|ek) (?:obrad|dzienn\w+)"
    r"|porząd(?:ku|ek) (?:obrad |dzienn\w+ )?(?:dostaliście|macie|znacie|otrzymaliście))\b"
)
"""The order of business is always gone through, though not always as a point that is announced."""
OPENING: Final = re.compile(
    r"\b(?:otwieram|rozpoczynam|rozpoczynamy|otwieramy) (?:(?!dyskusj|punkt|głosowan|list|część|częśc)\S+ ){0,6}?"
    r"(?:sesj\w+|obrad\w*|posiedzeni\w+)"
)
OPENED: Final = re.compile(
    r"\bsesj\w+ (?:\S+ ){0,8}?któr(?:ą|e) (?:\w+ )?(?:otwieram|rozpoczynam)\b"
    r"|\b(?:sesj\w+|obrady|posiedzenie) (?:\S+ ){0,9}?(?:uważam|uznaję|ogłaszam)(?: ją| je)? za (?:otwart\w+|rozpoczęt\w+)"
    r"|\b(?:sesję|obrady|posiedzenie) (?:niniejszym |uroczyście )?(?:otwieram|rozpoczynam)\b"
)
""" "Sesję rady uważam za otwartą": what is opened stands before the verb, in the same sentence."""
CLOSING: Final = re.compile(
    r"\b(?:zamykam|zamykamy|kończę|kończymy|uważam za zamknięt\w+|ogłaszam zamknięcie) "
    r"(?:(?!dyskusj|punkt|głosowan|list|debat|temat)\S+ ){0,5}?(?:sesj\w+|obrad\w*|posiedzeni\w+)"
    r"|\b(?:sesj\w+|obrady|posiedzenie) (?:(?!dyskusj|punkt|głosowan)\S+ ){0,6}?(?:(?:uważam|uznaję|ogłaszam) za )?"
    r"(?:zamknięt\w+|zakończon\w+)(?! (?:został|była|były|o godzinie))"
)
NOT_YET: Final = re.compile(
    r"(?:^| )(?:kiedy|gdy|gdyby|jak|zanim|nim|aż|jeśli|jeżeli|czy|żeby|żebyśmy|aby|abyśmy|za chwilę|zaraz|później|potem"
    r"|po przerwie|wrócimy|wnoszę o|wniosek o|proszę o|proponuję|możemy|możecie|mogliśmy|dlaczego|nie|chciał\w+|myślał\w+ że"
    r"|rozumiem że)(?: (?:już|my|państwo|tylko|teraz|zaraz|dopiero))?$"
)
NOT_YET_BEFORE_BARE: Final = re.compile(
    r"(?:^| )(?:kiedy|gdy|gdyby|jak|zanim|nim|aż|jeśli|jeżeli|czy|żeby|aby|że|wróc\w+|wniosek|wnoszę|proponuję|był|był to|"
    r"będzie|jako|jest|jest to|to|na|o|przed|po|ten|tym|w|z|do|dotyczy|oraz|i|zdjąć|wycofać|wykreślić|dodać|nasz|czyli|"
    r"wprowadzić|przesunąć|zamienić|art|artykuł|ustęp|paragraf|nowy|dodatkowy|cały|każdy|zdejmuję|wycofuję|usunąć|a|lub)$"
)
UNDONE: Final = re.compile(
    r"^(?: (?:został|zostaje|zostanie|jest|był|będzie|mamy|ma))? (?:wycofan\w+|zdjęt\w+|wykreślon\w+|przesunięt\w+|skreślon\w+"
    r"|zrealizowan\w+|wyczerpan\w+|za nami|wypada|odpada|spada|otrzymuje|otrzyma|bo|staje|stanie|byłby|będzie|brzmi|zamkn(?:ięt\w+|ęliśmy|ijmy|ąć|iemy)|uważam|mówi|stanowi|regulaminu|statutu|umowy|ustawy|paragrafu|programu|opinii|następnej|naszego programu|(?:z)?(?:wycofa|wykreśli|skreśli|zrealizowa|omówi|przerobi|rozpatrzy|odby|przegłosowa)liśmy|zdjęliśmy|usunęliśmy|przesunęliśmy|pomijamy|mamy (?:już )?za sobą|jest już za nami|już (?:był|omówi\w+|rozpatrzy\w+|przegłosowa\w+))\b"
)
ORDER: Final = re.compile(r"\bporząd(?:ek|ku) (?:obrad|dzienn\w+)|\bzmian \w+ porządku\b")
TITLE_WITHIN: Final = 15
"""Words after a formula without a title in which it is told what the point is."""
PAST_OR_LATER: Final = re.compile(r"\b(?:mówiłem|mówiłam|mówiliśmy|wrócimy|głosowaliśmy|omawialiśmy|zapytam|powiem)\b")
