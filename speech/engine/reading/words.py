"""What the reading rules know: abbreviations, acronyms, units, nouns. Data only."""

from __future__ import annotations

from dataclasses import dataclass
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
    "red.": "redaktor", "marsz.": "marszałek", "kard.": "kardynał", "rtm.": "rotmistrz", "p.o.": "pełniący obowiązki",
    "zam.": "zamieszkały",
    "tel.": "telefon", "ws.": "w sprawie", "wg": "według", "nt.": "na temat", "ok.": "około",
    "podst.": "podstawie", "zob.": "zobacz",
    "por.": "porównaj", "pow.": "powiat", "woj.": "województwo", "gm.": "gmina", "m.st.": "miasta stołecznego",
    "zd.": "zdanie", "dn.": "dnia", "br.": "bieżącego roku", "ub.r.": "ubiegłego roku",
    "bm.": "bieżącego miesiąca",
    "cd.": "ciąg dalszy", "kl.": "klasa", "przew.": "przewodniczący", "wiceprzew.": "wiceprzewodniczący",
    "dyr.": "dyrektor", "kier.": "kierownik", "sekr.": "sekretarz", "wz.": "w zastępstwie",
    "t.j.": "tekst jednolity",
    "Dz.U.": "Dziennik Ustaw", "Dz. U.": "Dziennik Ustaw", "Dz.Urz.": "Dziennik Urzędowy",
    "Dz. Urz.": "Dziennik Urzędowy", "Dz. Urz. Woj.": "Dziennik Urzędowy Województwa",
    "dz. nr": "działka numer", "M.P.": "Monitor Polski", "z późn. zm.": "z późniejszymi zmianami",
    "ze zm.": "ze zmianami", "zał.": "załącznik", "rozdz.": "rozdział", "tab.": "tabela", "rys.": "rysunek",
    "w zw.": "w związku", "sp. z o.o.": "spółka z ograniczoną odpowiedzialnością",
    "Sp. z o.o.": "spółka z ograniczoną odpowiedzialnością", "S.A.": "spółka akcyjna",
    "n.p.m.": "nad poziomem morza", "k.p.a.": "kodeksu postępowania administracyjnego",
    "k.p.c.": "kodeksu postępowania cywilnego", "k.c.": "kodeksu cywilnego", "k.k.": "kodeksu karnego",
    "k.w.": "kodeksu wyborczego", "u.s.g.": "ustawy o samorządzie gminnym",
    "u.f.p.": "ustawy o finansach publicznych", "u.d.i.p.": "ustawy o dostępie do informacji publicznej",
    "tys.": "tysięcy", "mln": "milionów", "mld": "miliardów", "godz.": "godzina", "zł": "złotych", "gr": "groszy",
    "PLN": "złotych", "mies.": "miesięcy", "nr": "numer", "Nr": "numer", "NR": "numer",
    "poz.": "pozycja", "lp.": "liczba porządkowa", "Lp.": "liczba porządkowa", "str.": "strona",
    "n/d": "nie dotyczy", "pn.": "pod nazwą", "min.": "minimum", "maks.": "maksymalnie", "max.": "maksymalnie",
    "rozp.": "rozporządzenie", "r.": "roku", "św.": "świętego", "b.r.": "bieżącego roku", "m-ca": "miesiąca",
    "ca.": "około", "szer.": "szerokości", "dł.": "długości", "wys.": "wysokości", "gł.": "głębokości",
    "sen.": "senator", "ewid.": "ewidencyjny", "nr ewid.": "numer ewidencyjny", "mec.": "mecenas", "pok.": "pokój",
    "bp": "biskup", "abp": "arcybiskup", "śp.": "świętej pamięci", "bryg.": "brygadier", "sierż.": "sierżant",
    "asp.": "aspirant", "asp. szt.": "aspirant sztabowy", "st.": "starszy", "mł.": "młodszy", "dh": "druh",
    "sygn.": "sygnatura", "proc.": "procent", "wew.": "wewnętrzny", "obr.": "obręb", "poł.": "połowy", "gr.": "grupa",
    "szt.": "sztuk",
    "sp. j.": "spółka jawna", "sp.j.": "spółka jawna", "sp. k.": "spółka komandytowa", "sp.k.": "spółka komandytowa",
    "fin.": "finansach", "publ.": "publicznych", "n. med.": "nauk medycznych", "ryc.": "rycina", "pyt.": "pytanie",
    "pon.": "poniedziałek", "wt.": "wtorek", "śr.": "środa", "czw.": "czwartek",
    "pt.": "piątek", "sob.": "sobota", "niedz.": "niedziela", "m-c": "miesiąc", "m-ce": "miesiące",
    "m-cy": "miesięcy", "ppoż.": "przeciwpożarowy", "bud.": "budynek", "lok.": "lokal",
    "właśc.": "właściciel", "egz.": "egzemplarz",
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
    "RFIL": "er fil", "PROW": "prow", "RPO": "er pe o", "WIOŚ": "wioś", "POG": "pog", "UW": "u wu", "KPA": "ka pe a",
    "KRO": "ka er o", "CKE": "ce ka e", "OPS": "o pe es", "MGOK": "em gok", "MZO": "em zet o", "EZD": "e zet de",
    "KSeF": "ka sef", "ARiMR": "arimr", "KOWR": "kowr", "ODR": "o de er", "GKRPA": "gie ka er pe a",
    "SPZOZ": "es pe zoz", "NZOZ": "en zoz", "ZOZ": "zoz", "POZ": "pe o zet", "UTW": "u te wu", "CUW": "cuw",
    "IOD": "i o de", "MEN": "men", "MSWiA": "em es wu i a", "BDO": "be de o", "IPN": "i pe en", "AED": "a e de",
    "EFS": "e ef es", "EFRR": "e ef er er", "ZUK": "zuk", "CEPiK": "cepik", "UZP": "u zet pe",
    "KIO": "kio", "ZRID": "zrid", "OOŚ": "o o eś", "UPO": "u pe o", "GUGiK": "gugik", "EGiB": "e gi be",
    "MPA": "em pe a", "PINB": "pinb", "FOGR": "fogr", "ROPS": "rops",
    "WUP": "wup", "ITD": "i te de", "WITD": "wu i te de", "RZGW": "er zet gie wu", "OSK": "o es ka",
    "KZGW": "ka zet gie wu", "SIM": "sim", "ZIT": "zit", "USG": "u es gie",
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
    "dt": Noun("f", "decytona", "decytony", "decyton", "decytony"),
    "proc.": Noun("m", "procent", "procent", "procent", "procent"),
    "Mg": Noun("m", "megagram", "megagramy", "megagramów", "megagrama"),
    "m-ce": Noun("m", "miesiąc", "miesiące", "miesięcy", "miesiąca"),
    "m-cy": Noun("m", "miesiąc", "miesiące", "miesięcy", "miesiąca"),
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
    "ha": "hektar", "km": "kilometr", "km²": "kilometr kwadratowy", "km2": "kilometr kwadratowy", "t": "tonę",
    "kWh": "kilowatogodzinę", "MWh": "megawatogodzinę",
    "GJ": "gigadżul",
    "os.": "osobę", "osobę": "osobę", "mies.": "miesiąc", "miesiąc": "miesiąc", "godz.": "godzinę", "h": "godzinę",
    "szt.": "sztukę", "rok": "rok", "dzień": "dzień", "m-c": "miesiąc", "mb": "metr bieżący", "dt": "decytonę",
    "Mg": "megagram", "l": "litr", "kg": "kilogram", "mkw.": "metr kwadratowy", "osoba": "osobę", "dobę": "dobę",
    "kW": "kilowat", "kWp": "kilowat",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LegalNoun:
    """A numbered part of a text: its stem and endings; cases nom, gen, instr, loc, acc of one and of many."""

    one: tuple[str, str, str, str, str]
    many: tuple[str, str, str, str, str]
    gender: Gender

    def form(self, case: Case, *, plural: bool = False) -> str:
        """The form in `case`; the nominative for the dative, which no rule asks for."""
        order: tuple[Case, ...] = ("nom", "gen", "instr", "loc", "acc")
        return (self.many if plural else self.one)[order.index(case) if case in order else 0]


def _masculine(nom: str, gen: str, instr: str, loc: str, many: str, many_gen: str) -> LegalNoun:
    stem = many_gen.removesuffix("ów")
    return LegalNoun((nom, gen, instr, loc, nom), (many, many_gen, f"{stem}ami", f"{stem}ach", many), "m")


_PUNKT: Final = _masculine("punkt", "punktu", "punktem", "punkcie", "punkty", "punktów")
_STRONA: Final = LegalNoun(
    ("strona", "strony", "stroną", "stronie", "stronę"), ("strony", "stron", "stronami", "stronach", "strony"), "f"
)
LEGAL: Final[dict[str, LegalNoun]] = {
    "art.": _masculine("artykuł", "artykułu", "artykułem", "artykule", "artykuły", "artykułów"),
    "ust.": _masculine("ustęp", "ustępu", "ustępem", "ustępie", "ustępy", "ustępów"),
    "pkt": _PUNKT,
    "pkt.": _PUNKT,
    "ppkt": _masculine("podpunkt", "podpunktu", "podpunktem", "podpunkcie", "podpunkty", "podpunktów"),
    "§": _masculine("paragraf", "paragrafu", "paragrafem", "paragrafie", "paragrafy", "paragrafów"),
    "rozdz.": _masculine("rozdział", "rozdziału", "rozdziałem", "rozdziale", "rozdziały", "rozdziałów"),
    "zał.": _masculine("załącznik", "załącznika", "załącznikiem", "załączniku", "załączniki", "załączników"),
    "zd.": LegalNoun(
        ("zdanie", "zdania", "zdaniem", "zdaniu", "zdanie"), ("zdania", "zdań", "zdaniami", "zdaniach", "zdania"), "n"
    ),
    "lit.": LegalNoun(
        ("litera", "litery", "literą", "literze", "literę"), ("litery", "liter", "literami", "literach", "litery"), "f"
    ),
    "poz.": LegalNoun(
        ("pozycja", "pozycji", "pozycją", "pozycji", "pozycję"),
        ("pozycje", "pozycji", "pozycjami", "pozycjach", "pozycje"), "f",
    ),
    "kl.": LegalNoun(
        ("klasa", "klasy", "klasą", "klasie", "klasę"), ("klasy", "klas", "klasami", "klasach", "klasy"), "f"
    ),
    "str.": _STRONA,
    "s.": _STRONA,
}  # fmt: skip

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
    "brzmienia": "gen", "brzmienie": "gen", "myśl": "gen", "dotyczy": "gen", "dotyczą": "gen", "dotyczące": "gen",
    "dotyczący": "gen", "dotycząca": "gen", "się": "acc", "spośród": "gen", "podczas": "gen", "wśród": "gen",
    "zamiast": "gen",
    "wobec": "gen", "oprócz": "gen", "zmiana": "gen", "zmiany": "gen", "zmianie": "gen", "zmianę": "gen",
    "naruszenie": "gen", "naruszenia": "gen", "uchylenie": "gen", "projektu": "gen", "obok": "gen", "koło": "gen",
    "wzdłuż": "gen", "realizacji": "gen", "realizację": "gen",
    "przed": "instr", "nad": "instr", "pod": "instr", "między": "instr", "poza": "instr", "za": "instr",
}  # fmt: skip
INSTRUMENTAL_Z: Final = frozenset(
    word_list(
        """zgodnie zgodny zgodna zgodne niezgodny niezgodna niezgodne niezgodnie związku zw. sprzeczny sprzeczna
    sprzeczne porównaniu porównania porównanie wraz razem współpracy"""
    )
)
"""Before these, "z" means "with": zgodnie z artykułem, but wynika z artykułu."""

COUNT_CASES: Final[dict[str, Case]] = {
    **dict.fromkeys(
        word_list(
            """brakuje brakowało zabrakło wymaga wymagało dotyczy dotyczyło potrzeba
            do od około ok. ca powyżej poniżej blisko niespełna ze z dla spośród podczas wobec bez wśród ciągu
            przeciągu upływie kwocie liczbie terminie wieku zamiast oprócz według odległości długości
            szerokości głębokości wysokości wartości powierzchni szer. dł. wys. gł. prędkością
            pojemności mocy średnicy poziomie obecności udziale okresu"""
        ),
        "gen",
    ),
    "przy": "loc", "między": "instr", "przed": "instr",
}  # fmt: skip
"""Case of a counted thing by the word before it: do pięciuset złotych, w kwocie miliona złotych, przy 5 głosach."""

GENITIVE_AFTER: Final = frozenset(
    word_list(
        """kwota wysokość wartość powierzchnia długość szerokość wysokość okres termin limit próg zakup budowa
            przebudowa rozbudowa remont wymiana dostawa sprzedaż dzierżawa najem montaż modernizacja
            likwidacja zmiana wybór liczba grupa zespół skład większość koszt cena szereg suma udział
            lista komplet połowa część ilość realizacja renowacja naprawa wycinka nabór zbiórka obecność
            konserwacja organizacja pojemność moc średnica poziom odległość głębokość prędkość wiek kara
            grzywna dotacja kredyt pożyczka nagroda wynagrodzenie dofinansowanie deficyt nadwyżka dług"""
    )
)
"""Nouns after which a counted thing is their genitive: zakup pięciu komputerów."""
