"""The municipality's provider of identities, and what a browser keeps to sign out there as well."""

from __future__ import annotations

from fastapi import HTTPException, Request
from fastapi.responses import Response

from delivery_app.account.signing_in import LOOPBACK_HOSTS
from delivery_app.security.oidc import OidcError, OidcProvider
from delivery_app.settings import Settings

#: The provider's word on who signed in; sent to the one address that ends it, and nowhere else.
COOKIE, COOKIE_PATH = "naerplan_oidc_out", "/signout"
#: Longer ones do not fit into a cookie: the provider then asks the person whether to sign out.
LONGEST = 3500
#: A sign-in that was begun at the provider, of which there is nothing to show it again.
WITHOUT_HINT = "-"


def provider_of(request: Request, settings: Settings) -> OidcProvider:
    """The installation's provider, the same one for every request; 404 where none is set up."""
    if not settings.has_oidc:
        raise HTTPException(404)
    state = request.app.state
    if not hasattr(state, "oidc"):
        state.oidc = OidcProvider(settings)
    found: OidcProvider = state.oidc
    return found


def keep_for_sign_out(request: Request, response: Response, id_token: str, settings: Settings) -> None:
    """Let the browser remember that it signed in at the provider."""
    response.set_cookie(
        COOKIE,
        id_token if 0 < len(id_token) <= LONGEST else WITHOUT_HINT,
        max_age=settings.session_hours * 3600,
        path=COOKIE_PATH,
        httponly=True,
        samesite="lax",
        secure=request.url.hostname not in LOOPBACK_HOSTS,
    )


def forget_sign_out(response: Response) -> None:
    """The browser's sign-in is not (any more) one of the provider's."""
    response.delete_cookie(COOKIE, path=COOKIE_PATH)


def provider_sign_out(request: Request, settings: Settings) -> str | None:
    """Where this browser signs out at the provider; None when it did not sign in there, or cannot sign out there."""
    kept = request.cookies.get(COOKIE, "")
    if not kept or not settings.has_oidc:
        return None
    try:
        provider = provider_of(request, settings)
        return provider.sign_out_url("" if kept == WITHOUT_HINT else kept, f"{request.base_url}signout/done")
    except OidcError:
        return None
