"""What the reading rules know: abbreviations, acronyms, units, nouns. Data only."""

from __future__ import annotations

from typing import Final

from speech.engine.reading.numbers import Case, Gender, Noun, word_list

MONTHS: Final = word_list(
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia"
)

ABBREVIATIONS: Final[dict[str, str]] = {
    "tj.": "to jest", "tzn.": "to znaczy", "m.in.": "między innymi", "min.in.": "między innymi",
    "np.": "na przykład",
    "itd.": "i tak dalej", "itp.": "i tym podobne", "ds.": "do spraw", "jw.": "jak wyżej", "j.w.": "jak wyżej",
    "im.": "imienia", "dr": "doktor", "dr.": "doktora", "mgr": "magister", "inż.": "inżynier", "prof.": "profesor",
    "hab.": "habilitowany", "płk": "pułkownik", "mjr": "major", "gen.": "generał", "kpt.": "kapitan",
    "ks.": "ksiądz",
    "red.": "redaktor", "p.o.": "pełniący obowiązki", "zam.": "zamieszkały",
    "tel.": "telefon", "ws.": "w sprawie", "wg": "według", "nt.": "na temat", "ok.": "około",
    "podst.": "podstawie", "zob.": "zobacz",
    "por.": "porównaj", "pow.": "powiat", "woj.": "województwo", "gm.": "gmina", "m.st.": "miasta stołecznego",
    "zd.": "zdanie", "dn.": "dnia", "br.": "bieżącego roku", "ub.r.": "ubiegłego roku",
    "bm.": "bieżącego miesiąca",
    "cd.": "ciąg dalszy", "kl.": "klasa", "przew.": "przewodniczący", "wiceprzew.": "wiceprzewodniczący",
    "dyr.": "dyrektor", "kier.": "kierownik", "sekr.": "sekretarz", "wz.": "w zastępstwie",
    "t.j.": "tekst jednolity",
    "Dz.U.": "Dziennik Ustaw", "Dz. U.": "Dziennik Ustaw", "Dz.Urz.": "Dziennik Urzędowy",
    "Dz. Urz.": "Dziennik Urzędowy", "M.P.": "Monitor Polski", "z późn. zm.": "z późniejszymi zmianami",
    "ze zm.": "ze zmianami", "zał.": "załącznik", "rozdz.": "rozdział", "tab.": "tabela", "rys.": "rysunek",
    "w zw.": "w związku", "sp. z o.o.": "spółka z ograniczoną odpowiedzialnością",
    "Sp. z o.o.": "spółka z ograniczoną odpowiedzialnością", "S.A.": "spółka akcyjna",
    "n.p.m.": "nad poziomem morza", "k.p.a.": "kodeksu postępowania administracyjnego",
    "k.p.c.": "kodeksu postępowania cywilnego", "k.c.": "kodeksu cywilnego", "k.k.": "kodeksu karnego",
    "k.w.": "kodeksu wyborczego", "u.s.g.": "ustawy o samorządzie gminnym",
    "u.f.p.": "ustawy o finansach publicznych", "u.d.i.p.": "ustawy o dostępie do informacji publicznej",
    "tys.": "tysięcy", "mln": "milionów", "mld": "miliardów", "godz.": "godzina", "zł": "złotych", "gr": "groszy",
    "PLN": "złotych", "szt.": "sztuk", "mies.": "miesięcy", "nr": "numer", "Nr": "numer", "NR": "numer",
    "poz.": "pozycja", "lp.": "liczba porządkowa", "Lp.": "liczba porządkowa", "str.": "strona",
    "n/d": "nie dotyczy", "pn.": "pod nazwą", "min.": "minimum", "maks.": "maksymalnie", "max.": "maksymalnie",
    "rozp.": "rozporządzenie", "r.": "roku", "św.": "świętego",
}  # fmt: skip

ACRONYMS: Final[dict[str, str]] = {
    # read as words
    "GOPS": "gops", "MOPS": "mops", "MGOPS": "em gops", "PSZOK": "pszok", "BIP": "bip", "CUS": "cus", "ZUS": "zus",
    "KRUS": "krus", "PESEL": "pesel", "REGON": "regon", "PEFRON": "pefron", "ZAIKS": "zaiks", "SANEPID": "sanepid",
    "COVID": "kowid", "PIT": "pit", "CIT": "cit", "VAT": "wat", "LED": "led", "RODO": "rodo", "RIO": "rio",
    "SOR": "sor", "GUS": "gus", "NIK": "nik", "GOK": "gok", "MOK": "mok", "GOSiR": "gosir", "MOSiR": "mosir",
    "OSiR": "osir", "CIS": "cis", "KIS": "kis", "SIWZ": "siwz", "ePUAP": "e puap", "EPUAP": "e puap", "NIP": "nip",
    "LEADER": "lider", "UMIG": "umig", "TERYT": "teryt", "EURO": "euro", "ORLIK": "orlik",
    # read letter by letter in an own way, or by their full name because the letters say nothing
    "ZGKiM": "zet gie ka i em", "NFOŚiGW": "en ef o eś i gie wu", "WFOŚiGW": "wu ef o eś i gie wu",
    "SUiKZP": "studium uwarunkowań i kierunków zagospodarowania przestrzennego", "NFZ": "en ef zet",
    "PFRON": "pefron", "RFRD": "er ef er de", "PiS": "pis", "UE": "u e", "OSP": "o es pe", "PSP": "pe es pe",
    "WZ": "wu zet", "ZDP": "zet de pe", "OZE": "o zet e", "UOKiK": "u o kik", "RDOŚ": "er doś",
    "GDDKiA": "gie de de ka i a",
    "KPO": "ka pe o", "ROD": "er o de", "USC": "u es ce", "PUP": "pe u pe", "SPP": "es pe pe", "ŚDS": "eś de es",
    "WOŚP": "wośp", "CEIDG": "ce e i de gie", "ZAZ": "zaz", "WTZ": "wu te zet", "DPS": "de pe es",
    "NGO": "en gie o",
    "AI": "a i", "IT": "aj ti", "EU": "e u", "UG": "u gie", "UM": "u em", "UMiG": "u em i gie", "RP": "er pe",
    "SP": "es pe", "LO": "el o", "OKE": "o ka e", "NSA": "en es a", "WSA": "wu es a", "SKO": "es ka o",
    "UODO": "u o de o", "PGE": "pe gie e", "PKP": "pe ka pe", "PKS": "pe ka es", "TIR": "tir",
}  # fmt: skip

LETTERS: Final[dict[str, str]] = {
    "A": "a", "Ą": "ą", "B": "be", "C": "ce", "Ć": "cie", "D": "de", "E": "e", "Ę": "ę", "F": "ef", "G": "gie",
    "H": "ha", "I": "i", "J": "jot", "K": "ka", "L": "el", "Ł": "eł", "M": "em", "N": "en", "Ń": "eń", "O": "o",
    "Ó": "o kreskowane", "P": "pe", "Q": "ku", "R": "er", "S": "es", "Ś": "eś", "T": "te", "U": "u", "V": "fau",
    "W": "wu", "X": "iks", "Y": "igrek", "Z": "zet", "Ź": "ziet", "Ż": "żet",
}  # fmt: skip

_ZLOTY: Final = Noun("m", "złoty", "złote", "złotych", "złotego")
GROSZ: Final = Noun("m", "grosz", "grosze", "groszy", "grosza")
MONEY: Final[dict[str, Noun]] = {
    "zł": _ZLOTY, "zł.": _ZLOTY, "PLN": _ZLOTY, "złotych": _ZLOTY,
    "EUR": Noun("n", "euro", "euro", "euro", "euro"), "€": Noun("n", "euro", "euro", "euro", "euro"),
    "euro": Noun("n", "euro", "euro", "euro", "euro"),
    "USD": Noun("m", "dolar", "dolary", "dolarów", "dolara"), "gr": GROSZ,
}  # fmt: skip
SCALES: Final[dict[str, Noun]] = {
    "tys.": Noun("m", "tysiąc", "tysiące", "tysięcy", "tysiąca"),
    "mln": Noun("m", "milion", "miliony", "milionów", "miliona"),
    "mld": Noun("m", "miliard", "miliardy", "miliardów", "miliarda"),
}


def _metre(prefix: str, suffix: str = "") -> Noun:
    one, few, many, part = (f"{prefix}{ending}" for ending in ("metr", "metry", "metrów", "metra"))
    if not suffix:
        return Noun("m", one, few, many, part)
    return Noun("m", f"{one} {suffix}y", f"{few} {suffix}e", f"{many} {suffix}ych", f"{part} {suffix}ego")


UNITS: Final[dict[str, Noun]] = {
    "%": Noun("m", "procent", "procent", "procent", "procent"),
    "m kw.": _metre("", "kwadratow"), "‰": Noun("m", "promil", "promile", "promili", "promila"),
    "m": _metre(""), "mb": Noun("m", "metr bieżący", "metry bieżące", "metrów bieżących", "metra bieżącego"),
    "m²": _metre("", "kwadratow"), "m2": _metre("", "kwadratow"), "mkw.": _metre("", "kwadratow"),
    "m³": _metre("", "sześcienn"), "m3": _metre("", "sześcienn"), "km": _metre("kilo"), "cm": _metre("centy"),
    "mm": _metre("mili"), "km²": _metre("kilo", "kwadratow"), "km2": _metre("kilo", "kwadratow"),
    "ha": Noun("m", "hektar", "hektary", "hektarów", "hektara"),
    "ar": Noun("m", "ar", "ary", "arów", "ara"), "kg": Noun("m", "kilogram", "kilogramy", "kilogramów", "kilograma"),
    "t": Noun("f", "tona", "tony", "ton", "tony"), "l": Noun("m", "litr", "litry", "litrów", "litra"),
    "kW": Noun("m", "kilowat", "kilowaty", "kilowatów", "kilowata"),
    "kWp": Noun("m", "kilowat", "kilowaty", "kilowatów", "kilowata"),
    "MW": Noun("m", "megawat", "megawaty", "megawatów", "megawata"),
    "kWh": Noun("f", "kilowatogodzina", "kilowatogodziny", "kilowatogodzin", "kilowatogodziny"),
    "MWh": Noun("f", "megawatogodzina", "megawatogodziny", "megawatogodzin", "megawatogodziny"),
    "GJ": Noun("m", "gigadżul", "gigadżule", "gigadżuli", "gigadżula"),
    "km/h": Noun("m", "kilometr na godzinę", "kilometry na godzinę", "kilometrów na godzinę", "kilometra na godzinę"),
    "°C": Noun("m", "stopień Celsjusza", "stopnie Celsjusza", "stopni Celsjusza", "stopnia Celsjusza"),
    "°": Noun("m", "stopień", "stopnie", "stopni", "stopnia"),
    "godz.": Noun("f", "godzina", "godziny", "godzin", "godziny"),
    "min": Noun("f", "minuta", "minuty", "minut", "minuty"), "min.": Noun("f", "minuta", "minuty", "minut", "minuty"),
    "sek.": Noun("f", "sekunda", "sekundy", "sekund", "sekundy"),
    "s": Noun("f", "sekunda", "sekundy", "sekund", "sekundy"),
    "os.": Noun("f", "osoba", "osoby", "osób", "osoby"), "szt.": Noun("f", "sztuka", "sztuki", "sztuk", "sztuki"),
    "mies.": Noun("m", "miesiąc", "miesiące", "miesięcy", "miesiąca"),
    "pkt proc.": Noun("m", "punkt procentowy", "punkty procentowe", "punktów procentowych", "punktu procentowego"),
    "p.p.": Noun("m", "punkt procentowy", "punkty procentowe", "punktów procentowych", "punktu procentowego"),
}  # fmt: skip
PER: Final[dict[str, str]] = {
    "m²": "metr kwadratowy", "m2": "metr kwadratowy", "m³": "metr sześcienny", "m3": "metr sześcienny",
    "ha": "hektar", "km": "kilometr", "t": "tonę", "kWh": "kilowatogodzinę", "MWh": "megawatogodzinę",
    "GJ": "gigadżul",
    "os.": "osobę", "osobę": "osobę", "mies.": "miesiąc", "miesiąc": "miesiąc", "godz.": "godzinę", "h": "godzinę",
    "szt.": "sztukę", "rok": "rok", "dzień": "dzień",
}  # fmt: skip

# abbreviation -> the noun in (nominative, genitive, instrumental, locative), gender of its ordinal
LEGAL: Final[dict[str, tuple[tuple[str, str, str, str], Gender]]] = {
    "art.": (("artykuł", "artykułu", "artykułem", "artykule"), "m"),
    "ust.": (("ustęp", "ustępu", "ustępem", "ustępie"), "m"),
    "pkt": (("punkt", "punktu", "punktem", "punkcie"), "m"),
    "pkt.": (("punkt", "punktu", "punktem", "punkcie"), "m"),
    "ppkt": (("podpunkt", "podpunktu", "podpunktem", "podpunkcie"), "m"),
    "§": (("paragraf", "paragrafu", "paragrafem", "paragrafie"), "m"),
    "rozdz.": (("rozdział", "rozdziału", "rozdziałem", "rozdziale"), "m"),
    "zd.": (("zdanie", "zdania", "zdaniem", "zdaniu"), "n"),
    "lit.": (("litera", "litery", "literą", "literze"), "f"),
    "poz.": (("pozycja", "pozycji", "pozycją", "pozycji"), "f"),
    "str.": (("strona", "strony", "stroną", "stronie"), "f"),
    "zał.": (("załącznik", "załącznika", "załącznikiem", "załączniku"), "m"),
}

# address words: (nominative, genitive, accusative, instrumental, locative)
ADDRESS: Final[dict[str, tuple[str, str, str, str, str]]] = {
    "ul.": ("ulica", "ulicy", "ulicę", "ulicą", "ulicy"),
    "al.": ("aleja", "alei", "aleję", "aleją", "alei"),
    "pl.": ("plac", "placu", "plac", "placem", "placu"),
    "os.": ("osiedle", "osiedla", "osiedle", "osiedlem", "osiedlu"),
}

GOVERNS: Final[dict[str, Case]] = {
    "w": "loc", "we": "loc", "o": "loc", "przy": "loc", "po": "loc", "na": "acc",
    "do": "gen", "od": "gen", "z": "gen", "ze": "gen", "dla": "gen", "bez": "gen", "według": "gen", "wg": "gen",
    "podstawie": "gen", "podst.": "gen", "około": "gen", "ok.": "gen", "mocy": "gen", "treści": "gen",
    "brzmienia": "gen", "brzmienie": "gen", "myśl": "gen",
    "wobec": "gen", "oprócz": "gen", "zmiana": "gen", "zmiany": "gen", "zmianie": "gen", "zmianę": "gen",
    "naruszenie": "gen", "naruszenia": "gen", "uchylenie": "gen", "projektu": "gen", "obok": "gen", "koło": "gen",
    "wzdłuż": "gen", "realizacji": "gen", "realizację": "gen",
    "przed": "instr", "nad": "instr", "pod": "instr", "między": "instr", "poza": "instr", "za": "instr",
}  # fmt: skip
INSTRUMENTAL_Z: Final = frozenset(
    word_list(
        """zgodnie zgodny zgodna zgodne niezgodny niezgodna niezgodne niezgodnie związku zw. sprzeczny sprzeczna
    sprzeczne"""
    )
)
"""Before these, "z" means "with": zgodnie z artykułem, but wynika z artykułu."""

COUNT_GENITIVE: Final = frozenset(
    word_list(
        """do od około ok. powyżej poniżej blisko niespełna kwota kwoty kwocie kwotę kwotą wysokość wysokości wartość
    wartości powierzchnia powierzchni powierzchnię długości długość szerokości ze z dla"""
    )
)
"""Words after which a counted thing stands in the genitive: do pięciuset złotych, w kwocie miliona złotych."""

FEMININE: Final = frozenset(
    word_list(
        """uchwała uchwały uchwałę osoba osoby osobę komisja komisje komisję sesja sesje sesję strona strony stronę
    gmina
    gminy gminę droga drogi drogę działka działki działkę poprawka poprawki poprawkę autopoprawka autopoprawki
    umowa umowy umowę szkoła szkoły szkołę ulica ulice ulicę petycja petycje petycję skarga skargi skargę
    interpelacja interpelacje interpelację sprawa sprawy sprawę kwota kwoty kwotę tona tony tonę sztuka sztuki
    sztukę rata raty ratę oferta oferty ofertę lampa lampy lampę godzina godziny godzinę minuta minuty minutę
    sekunda sekundy sekundę opinia opinie opinię zmiana zmiany zmianę inwestycja inwestycje inwestycję jednostka
    jednostki jednostkę dotacja dotacje dotację radna radne radną kobieta kobiety dziewczynka dziewczynki rodzina
    rodziny rodzinę karta karty kartę lista listy listę grupa grupy grupę wersja wersje wersję uwaga uwagi uwagę
    osada wieś wsie miejscowość miejscowości nieruchomość nieruchomości część części przerwa przerwy przerwę
    świetlica świetlice świetlicę placówka placówki placówkę"""
    )
)
NEUTER: Final = frozenset(
    word_list(
        """miejsce miejsca zapytanie zapytania pytanie pytania głosowanie głosowania sołectwo sołectwa zadanie zadania
    stanowisko stanowiska przedszkole przedszkola zgłoszenie zgłoszenia posiedzenie posiedzenia zebranie zebrania
    mieszkanie mieszkania"""
    )
)
VIRILE: Final = frozenset(
    word_list(
        """radnych mieszkańców członków posłów uczniów strażaków druhów nauczycieli sołtysów pracowników właścicieli
    wnioskodawców rolników przedsiębiorców mężczyzn chłopców pacjentów podatników kandydatów przedstawicieli
    wykonawców oferentów lekarzy policjantów urzędników wyborców emerytów seniorów studentów dzielnicowych
    delegatów gości"""
    )
)

# Nouns that a Roman (or "23.") numeral orders: form -> gender and the cases the form may stand for, the likeliest first
ORDERED: Final[dict[str, tuple[Gender, Case]]] = {
    "sesja": ("f", "nom"), "sesji": ("f", "gen"), "sesję": ("f", "acc"), "sesją": ("f", "instr"),
    "kadencja": ("f", "nom"), "kadencji": ("f", "gen"), "kadencję": ("f", "acc"), "kadencją": ("f", "instr"),
    "część": ("f", "nom"), "części": ("f", "gen"), "tura": ("f", "nom"), "tury": ("f", "gen"), "turze": ("f", "loc"),
    "turę": ("f", "acc"), "edycja": ("f", "nom"), "edycji": ("f", "gen"), "edycję": ("f", "acc"),
    "klasa": ("f", "nom"), "klasy": ("f", "gen"), "klasie": ("f", "loc"), "wojna": ("f", "nom"), "wojny": ("f", "gen"),
    "wojnie": ("f", "loc"), "instancja": ("f", "nom"), "instancji": ("f", "gen"), "grupa": ("f", "nom"),
    "grupy": ("f", "gen"), "kategoria": ("f", "nom"), "kategorii": ("f", "gen"), "liga": ("f", "nom"),
    "ligi": ("f", "gen"), "transza": ("f", "nom"), "transzy": ("f", "gen"), "transzę": ("f", "acc"),
    "kwartał": ("m", "nom"), "kwartału": ("m", "gen"), "kwartale": ("m", "loc"), "kwartałem": ("m", "instr"),
    "wiek": ("m", "nom"), "wieku": ("m", "gen"), "etap": ("m", "nom"), "etapu": ("m", "gen"), "etapie": ("m", "loc"),
    "etapem": ("m", "instr"), "rozdział": ("m", "nom"), "rozdziału": ("m", "gen"), "rozdziale": ("m", "loc"),
    "dział": ("m", "nom"), "działu": ("m", "gen"), "dziale": ("m", "loc"), "tom": ("m", "nom"), "tomu": ("m", "gen"),
    "tomie": ("m", "loc"), "przetarg": ("m", "nom"), "przetargu": ("m", "gen"), "stopień": ("m", "nom"),
    "stopnia": ("m", "gen"), "punkt": ("m", "nom"), "punktu": ("m", "gen"), "punkcie": ("m", "loc"),
    "półrocze": ("n", "nom"), "półrocza": ("n", "gen"), "półroczu": ("n", "loc"), "czytanie": ("n", "nom"),
    "czytania": ("n", "gen"), "czytaniu": ("n", "loc"), "miejsce": ("n", "nom"), "miejsca": ("n", "gen"),
    "miejscu": ("n", "loc"), "liceum": ("n", "nom"), "posiedzenie": ("n", "nom"), "posiedzenia": ("n", "gen"),
    "posiedzeniu": ("n", "loc"), "piętro": ("n", "nom"), "piętra": ("n", "gen"), "piętrze": ("n", "loc"),
}  # fmt: skip
