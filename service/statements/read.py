"""From a document to what it says: its statements, who makes them, and every sentence in order."""

from __future__ import annotations

from service.model import Attribution, Judgement, Reading, Role, Sentence, Speaker, Statement
from service.statements.detector import judge
from service.statements.sentences import split
from watchers.model import Document


def read(document: Document, *, company: str = "", role: Role = Role.COMPANY) -> Reading:
    """Every sentence, and those that are the company's own assurance."""
    sentences = split(document)
    judgements = judge(sentences)
    attribution = Attribution.FIRST_PARTY if role is Role.COMPANY else Attribution.REPORTED
    statements = tuple(
        _statement(position, sentence, judgement, company, Speaker(attribution=attribution))
        for position, (sentence, judgement) in enumerate(zip(sentences, judgements, strict=True))
        if judgement.relevant
    )
    return Reading(statements, tuple(s.text for s in sentences))


def _statement(position: int, sentence: Sentence, judgement: Judgement, company: str, speaker: Speaker) -> Statement:
    return Statement(
        text=sentence.text,
        company=company,
        speaker=speaker,
        categories=judgement.categories,
        exception=judgement.exception,
        score=judgement.score,
        heading=sentence.heading,
        prev=sentence.prev,
        position=position,
    )
