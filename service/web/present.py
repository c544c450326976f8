"""From what the store answers to the shapes of the API. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isfinite
from urllib.parse import urlsplit

from service.diff.words import Segment, word_diff
from service.model import Speaker
from service.store.dossier import ChangeDossier
from service.store.outbox import DeliveryView
from service.store.subscriptions import SubscriptionView
from service.store.terms import Term, pieces
from service.store.views import (
    AssuranceView,
    CanaryView,
    ChangeView,
    CompanyView,
    DocumentView,
    SideView,
    SightingView,
    SourceView,
    VersionView,
)
from service.web import shapes, subscription_shapes
from service.web.links import Links


def segments(change: ChangeView) -> tuple[Segment, ...]:
    """The words of a change: both sides woven together, or the one that there is."""
    if change.old is None:
        return (Segment("insert", change.new.text),) if change.new else ()
    if change.new is None:
        return (Segment("delete", change.old.text),)
    return word_diff(change.old.text, change.new.text)


def change_shape(change: ChangeView, links: Links, terms: Sequence[Term] = ()) -> shapes.ChangeShape:
    """One change; `terms`: what was searched for."""
    hits = None
    if terms:
        hits = shapes.ChangeHits(
            old=_hits(change.old.text, terms) if change.old else None,
            new=_hits(change.new.text, terms) if change.new else None,
        )
    return shapes.ChangeShape(**_change(change, links), highlights=hits)


def _hits(text: str, terms: Sequence[Term]) -> list[shapes.PieceShape]:
    return [shapes.PieceShape(text=piece.text, hit=piece.hit) for piece in pieces(text, terms)]


def change_detail(dossier: ChangeDossier, links: Links) -> shapes.ChangeDetail:
    """One change with diff and evidence."""
    change = dossier.change
    evidence = shapes.EvidenceShape(
        version=version_shape(dossier.version, links) if dossier.version else None,
        previous_version=version_shape(dossier.previous, links) if dossier.previous else None,
    )
    diff = [shapes.SegmentShape(op=s.op, text=s.text) for s in segments(change)]
    return shapes.ChangeDetail(**_change(change, links), diff=diff, evidence=evidence)


def _change(change: ChangeView, links: Links) -> shapes.Json:
    side = change.new or change.old
    version = links.version(change.version_id)
    linked = {
        **links.change(change.id),
        "evidence": version["self"],
        "raw": version["raw"],
        "text": version["text"],
        "document": links.document(change.document_id)["self"],
        "company": links.company_page(change.company),
    }
    if change.previous_version_id:
        before = links.version(change.previous_version_id)
        linked |= {
            "previous_evidence": before["self"],
            "previous_raw": before["raw"],
            "previous_text": before["text"],
        }
    return {
        "id": change.id,
        "kind": change.kind,
        "company": change.company,
        "categories": list(change.categories),
        "source": change.source,
        "assurance": change.assurance,
        "old": _words(change.old),
        "new": _words(change.new),
        "speaker": _speaker(side.speaker if side else Speaker()),
        "score": round(change.score, 3),
        "reason": change.reason,
        "note": change.note,
        "announced": change.announced,
        "observed": change.observed_at,
        "last_seen": change.last_seen_at,
        "document": shapes.ChangeDocument(
            id=change.document_id,
            url=change.document_url,
            title=change.document_title,
            published=change.published,
            observed=change.observed_at,
            version=change.version,
            previous_version=change.previous_version,
            moved_from=change.moved_from_url or None,
        ),
        "sightings": [_sighting(one, links) for one in change.sightings],
        "links": {name: link for name, link in linked.items() if link},
    }


def _sighting(seen: SightingView, links: Links) -> shapes.SightingShape:
    version = links.version(seen.version_id)
    return shapes.SightingShape(
        document=seen.document_id,
        url=seen.url,
        title=seen.title,
        published=seen.published,
        source=seen.source,
        role=seen.role,
        text=seen.text,
        speaker=_speaker(seen.speaker),
        since=seen.since,
        until=seen.until,
        links={"document": links.document(seen.document_id)["self"], "evidence": version["self"]},
    )


def _words(side: SideView | None) -> shapes.WordsShape | None:
    if side is None:
        return None
    return shapes.WordsShape(text=side.text, exception=side.exception, heading=side.heading)


def _speaker(speaker: Speaker) -> shapes.SpeakerShape:
    return shapes.SpeakerShape(name=speaker.name, role=speaker.role, attribution=speaker.attribution)


def assurance_shape(view: AssuranceView, links: Links, terms: Sequence[Term] = ()) -> shapes.AssuranceShape:
    """One assurance; `terms`: what was searched for."""
    return shapes.AssuranceShape(
        id=view.id,
        company=view.company,
        text=view.text,
        exception=view.exception,
        categories=list(view.categories),
        speaker=_speaker(view.speaker),
        score=round(view.score, 3),
        heading=view.heading,
        figures=[
            shapes.FigureShape(value=value, low=_bound(low), high=_bound(high), unit=unit, period=period)
            for value, low, high, unit, period in view.figures
        ],
        status=view.status,
        since=view.since,
        first_seen=view.first_seen,
        until=view.until,
        last_seen=view.last_seen_at,
        checked=view.checked_at,
        sightings=[_sighting(one, links) for one in view.sightings],
        source=view.source,
        highlights=_hits(view.text, terms) if terms else None,
        document=shapes.DocumentRef(
            id=view.document_id, url=view.document_url, title=view.document_title, version=view.version_id
        ),
        links={
            "evidence": links.version(view.version_id)["self"],
            "document": links.document(view.document_id)["self"],
            **({"company": links.company_page(view.company)} if view.company else {}),
        },
    )


def _bound(value: float) -> float | None:
    return value if isfinite(value) else None


def canary_shape(view: CanaryView) -> shapes.CanaryShape:
    """One promise of a renewal."""
    return shapes.CanaryShape(
        document=view.document_id,
        due=view.due,
        stated=view.stated,
        statement=view.words,
        since=view.since,
        overdue_since=view.overdue_since,
    )


def company_shape(
    view: CompanyView, links: Links, canaries: Sequence[CanaryView] = ()
) -> shapes.CompanyShape:
    """One company, with the renewals that it promises."""
    return shapes.CompanyShape(
        name=view.name,
        assurances=view.assurances,
        changes=view.changes,
        last_change=view.last_change_at,
        canaries=[canary_shape(one) for one in canaries],
        links=links.company(view.name),
    )


def document_shape(
    view: DocumentView, links: Links, canary: CanaryView | None = None
) -> shapes.DocumentShape:
    """One document, with the renewal that it promises."""
    return shapes.DocumentShape(
        id=view.id,
        source=view.source,
        company=view.company,
        url=view.url,
        title=view.title,
        published=view.published,
        state=view.state,
        versions=view.versions,
        first_seen=view.first_seen,
        checked=view.checked_at,
        checks=view.checks,
        canary=canary_shape(canary) if canary else None,
        links={**links.document(view.id), "source": links.source(view.source)["self"]},
    )


def version_shape(view: VersionView, links: Links) -> shapes.VersionShape:
    """One version."""
    linked = {**links.version(view.id), "document": links.document(view.document_id)["self"]}
    if view.previous_id:
        linked["previous"] = links.version(view.previous_id)["self"]
    return shapes.VersionShape(
        id=view.id,
        document=view.document_id,
        number=view.number,
        observed=view.observed_at,
        url=view.url,
        final_url=view.final_url,
        title=view.title,
        published=view.published,
        media=view.media,
        sha256=view.sha256,
        text_sha256=view.text_sha256,
        basis=view.basis,
        headers=[list(pair) for pair in view.headers],
        reader=view.reader,
        source=view.source,
        company=view.company,
        language=view.language,
        pruned=view.pruned_at,
        signed_by=list(view.signers),
        links=linked,
    )


def source_shape(view: SourceView, links: Links) -> shapes.SourceShape:
    """One source."""
    return shapes.SourceShape(
        name=view.name,
        company=view.company,
        kind=view.kind,
        role=view.role,
        group=view.group,
        url=view.url,
        every=view.every,
        origin=view.origin,
        state=view.state,
        outcome=view.outcome,
        last_poll=view.last_poll_at,
        last_success=view.last_success_at,
        last_error=view.last_error or None,
        reason=view.reason,
        failures=view.failures,
        failing_since=view.failing_since,
        next_poll=view.next_poll_at,
        posts=view.posts,
        links=links.source(view.name),
    )


def subscription_shape(
    view: SubscriptionView, links: Links, *, whole: bool
) -> subscription_shapes.SubscriptionShape:
    """One subscription; unless `whole`, its target is cut to the host, since an address may be a secret itself."""
    target = view.target if whole else _host(view)
    return subscription_shapes.SubscriptionShape(
        id=view.id,
        kind=view.channel,
        url=target if view.channel == "webhook" else None,
        target=target,
        kinds=list(view.kinds),
        companies=list(view.companies),
        categories=list(view.categories),
        sources=list(view.sources),
        min_score=view.min_score,
        digest=view.digest,
        origin=view.origin,
        state=view.state,
        reason=view.reason if whole else "",
        created=view.created_at,
        failing_since=view.failing_since,
        delivered=view.delivered,
        pending=view.pending,
        dead=view.dead,
        links=links.subscription(view.id),
    )


def _host(view: SubscriptionView) -> str:
    if view.channel == "apprise":
        return f"{view.target.partition('://')[0]}://…"
    if view.channel == "webhook":
        parts = urlsplit(view.target)
        return f"{parts.scheme}://{parts.hostname or ''}/…"
    hosts: Iterable[str] = (address.rpartition("@")[2].strip() for address in view.target.split(","))
    return ", ".join(f"…@{host}" for host in dict.fromkeys(hosts))


def delivery_shape(view: DeliveryView, *, whole: bool) -> subscription_shapes.DeliveryShape:
    """One delivery; error texts only where `whole`."""
    return subscription_shapes.DeliveryShape(
        id=view.id,
        event=subscription_shapes.DeliveryEvent(
            id=view.event_id,
            type=view.event_type,
            sequence=str(view.sequence),
            subject=view.subject,
            change=view.change_id,
        ),
        state=view.state,
        created=view.created_at,
        next_attempt=view.next_attempt_at,
        finished=view.finished_at,
        error=view.error if whole else "",
        attempts=[
            subscription_shapes.AttemptShape(
                number=one.number,
                at=one.at,
                outcome=one.outcome,
                status=one.status,
                error=one.error if whole else "",
                seconds=one.seconds,
                response=one.response if whole else "",
            )
            for one in view.attempts
        ],
    )
