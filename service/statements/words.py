"""Lists of words that sentence splitting leans on: abbreviations by what may follow their full stop."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ALWAYS_GO_ON = _words(
    "mr mrs ms dr prof sen rep gen gov hon lt col sgt capt rev messrs mt ft e.g i.e viz cf approx"
)
"""A full stop after these never ends a sentence."""

CITATIONS = _words(
    "art arts sec secs sect no nos para paras pp p cl reg regs ch fig sched ann v vs § §§ subsec tit vol ed"
    " stat cal pen civ crim proc fed supp cir rr"
)
"""End a sentence unless a number (or a single letter) follows."""

MONTHS = _words("jan feb mar apr jun jul aug sep sept oct nov dec")

SUFFIXES = _words(
    "inc ltd corp co llc plc pty pte bros gmbh s.a b.v n.v s.r.l l.l.c l.p s.p.a s.a.s u.s u.k e.u d.c"
    " a.m p.m u.s.a u.s.c al etc jr sr"
    " st ave blvd rd dept est assn intl"
)
"""End a sentence only where a word that begins sentences follows."""

STARTERS = _words(
    """A An The We Our Ours If In It Its This That These Those You Your They Their There Then He She His
    Her For From When Where While Unless Upon Under Until To With Without On Once Or Only Also All Any
    As At After Although And Because Before But By Each Every Except First However Further Furthermore
    Instead I Moreover Nor No Nothing None Not Nobody Neither Please Requests Users Such Some Since So
    Should What Who How Why Otherwise Today Yes"""
)
