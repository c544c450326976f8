"""What can go wrong while telling somebody."""

from __future__ import annotations

from datetime import timedelta


class TransportError(Exception):
    """A message did not arrive, as far as we know.

    `permanent`: the other side said never (5xx mail reply, bad address); trying again is useless.
    `gone`: the other side asked to be forgotten (410): disable the subscription.
    `retry_after`: it asked for a pause. `status`: HTTP or SMTP code. `response`: the first bytes of the answer,
    kept for the operator, never shown to others. `log_in`: our password was refused, which the operator has to mend.
    `recipient`: it is the mailbox that was refused for ever, and not what was sent, who sent it or from where.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        gone: bool = False,
        retry_after: timedelta | None = None,
        status: int | None = None,
        response: str = "",
        log_in: bool = False,
        recipient: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent
        self.gone = gone
        self.retry_after = retry_after
        self.status = status
        self.response = response
        self.log_in = log_in
        self.recipient = recipient
