"""Acronyms that councils say and write: a question about "OSP" is answered by "ochotnicza straż pożarna"."""

from __future__ import annotations

from typing import Final

EXPANSIONS: Final = {
    "art": "artykuł",
    "bip": "biuletyn informacji publicznej",
    "cus": "centrum usług społecznych",
    "gops": "gminny ośrodek pomocy społecznej",
    "gus": "główny urząd statystyczny",
    "jst": "jednostka samorządu terytorialnego",
    "kgw": "koło gospodyń wiejskich",
    "mops": "miejski ośrodek pomocy społecznej",
    "mgops": "miejsko-gminny ośrodek pomocy społecznej",
    "mpzp": "miejscowy plan zagospodarowania przestrzennego",
    "nfośigw": "narodowy fundusz ochrony środowiska i gospodarki wodnej",
    "nfz": "narodowy fundusz zdrowia",
    "osp": "ochotnicza straż pożarna",
    "pfron": "państwowy fundusz rehabilitacji osób niepełnosprawnych",
    "pkt": "punkt",
    "pszok": "punkt selektywnej zbiórki odpadów komunalnych",
    "pzd": "powiatowy zarząd dróg",
    "rfrd": "rządowy fundusz rozwoju dróg",
    "rio": "regionalna izba obrachunkowa",
    "rodo": "ochrona danych osobowych",
    "spp": "strefa płatnego parkowania",
    "suikzp": "studium uwarunkowań i kierunków zagospodarowania przestrzennego",
    "śds": "środowiskowy dom samopomocy",
    "wfośigw": "wojewódzki fundusz ochrony środowiska i gospodarki wodnej",
    "wpf": "wieloletnia prognoza finansowa",
    "zdp": "zarząd dróg powiatowych",
    "zgk": "zakład gospodarki komunalnej",
    "zgkim": "zakład gospodarki komunalnej i mieszkaniowej",
}
"""Acronyms and abbreviations of local government that morfeusz2 does not know, with what they stand for."""
