"""``salesdesk task inbound``: somebody calls in."""

from __future__ import annotations

from typing import Annotated

import typer

from salesdesk.cli.frame.options import Request

Digits = Annotated[str, typer.Argument(metavar="DIGITS", help="The last digits of the caller's number, at least six.")]


def inbound(request: Request, digits: Digits) -> None:
    """Open the client who is calling: by the last digits of the number, whether they are due or not."""
    with request.signed_in() as sitting:
        from salesdesk.cli.task import say_handed
        from salesdesk.desk.inbound import inbound

        say_handed(request, inbound(sitting, digits))
