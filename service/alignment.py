"""Brings the record in line with the configuration, before anything is asked or sent."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from notifiers.signing import new_secret
from service.catalogue import load_builtin
from service.configuration.settings import Settings
from service.delivery.audience import subscribers
from service.model import SourceSpec
from service.secrets.keyring import Keyring
from service.store.attempts import resume_interrupted
from service.store.encryption import bind, find_keyring, is_bound
from service.store.shift import pull_in
from service.store.store import Store
from service.store.subscriptions import sync_subscribers
from service.store.watchlist import source_specs, sync_sources

_log = structlog.get_logger()


async def align(
    store: Store, settings: Settings, now: datetime, *, waking: bool = True
) -> tuple[tuple[SourceSpec, ...], Keyring]:
    """Sources, subscriptions and keys as configured, what was under way when the last run ended, and its clock.

    `waking`: configured subscriptions that were disabled have another chance.

    Returns what is watched, and the keys of the secrets. StoreError as it comes.
    """
    configured = settings.specs()
    builtin = load_builtin() if settings.catalogue else ()
    names = {spec.name for spec in configured}
    await store.write(sync_sources, configured, "config", now)
    await store.write(sync_sources, [s for s in builtin if s.name not in names], "catalogue", now)
    if not store.shared:  # where several work, whoever takes up a line resumes it
        await store.write(resume_interrupted, now)
    attempt = max(settings.deliver.schedule, default=0.0)
    post = max(settings.defaults.recheck, default=0.0)
    early = await store.write(pull_in, now, timedelta(seconds=attempt), timedelta(seconds=post))
    if early:
        _log.warning("clock.was_ahead", looks=early)
    keyring = await _unlock(store, settings)
    given = await store.write(
        sync_subscribers, subscribers(settings), new_secret, now, keyring, waking=waking
    )
    for identity in given:
        _log.warning("webhook.secret_made", webhook=identity, see="onrecord subscriptions --show-secrets")
    return await store.read(source_specs), keyring


async def _unlock(store: Store, settings: Settings) -> Keyring:
    """The keys of the secrets; whatever is stored plain or by an older key is encrypted by the newest."""
    given = settings.secret_key.get_secret_value()
    keyring = find_keyring(given, store.place, settings.data_dir, bound=await store.read(is_bound))
    if encrypted := await store.write(bind, keyring):
        _log.info("secrets.encrypted", rows=encrypted, keys=keyring.origin)
    return keyring
