"""Signing in by the municipality's own provider of identities, where the installation has one."""

from __future__ import annotations

import base64
import json

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from delivery_app.account.provider import keep_for_sign_out, provider_of
from delivery_app.account.signing_in import LOOPBACK_HOSTS, end_replaced, set_session_cookie
from delivery_app.i18n import N_
from delivery_app.security import sessions
from delivery_app.security.oidc import Flow, OidcError
from delivery_app.security.permissions import Permission
from delivery_app.services.accounts import user_of_identity
from delivery_app.web.deps import AppSettings, Now, OpenDatabase
from delivery_app.web.errors import sentence
from delivery_app.web.language import language_of
from delivery_app.web.page import local_path, render, say
from delivery_app.web.routing import RoleRouter

router = RoleRouter()
COOKIE, COOKIE_PATH = "naerplan_oidc", "/signin/oidc"
COOKIE_S = 600
UNKNOWN = N_("You are signed in at {provider}, but have no account here yet. Ask your administrator for one.")
REFUSED = N_("{provider} has not signed you in; try again, or sign in by password.")


@router.get("/signin/oidc", permission=Permission.PUBLIC)
def to_provider(request: Request, settings: AppSettings, next: str = "") -> Response:
    """To the provider's own page."""
    provider = provider_of(request, settings)
    try:
        url, flow = provider.begin(_redirect_uri(request))
    except OidcError as error:
        return _problem(request, sentence(error, language_of(request)), 502)
    response = RedirectResponse(url, 303)
    kept = [flow.state, flow.nonce, flow.verifier, local_path(next, "")]
    response.set_cookie(
        COOKIE,
        base64.urlsafe_b64encode(json.dumps(kept).encode()).decode().rstrip("="),
        max_age=COOKIE_S,
        path=COOKIE_PATH,
        httponly=True,
        samesite="lax",
        secure=request.url.hostname not in LOOPBACK_HOSTS,
    )
    return response


@router.get("/signin/oidc/callback", permission=Permission.PUBLIC)
def from_provider(
    request: Request,
    database: OpenDatabase,
    settings: AppSettings,
    now: Now,
    code: str = "",
    state: str = "",
    error: str = "",
) -> Response:
    """Back from it: a session for whom it has signed in, or why not."""
    provider = provider_of(request, settings)
    if error:
        return _problem(request, say(request, REFUSED, provider=settings.oidc_name))
    try:
        flow, following = _kept(request)
        identity = provider.finish(flow, state=state, code=code, redirect_uri=_redirect_uri(request))
    except OidcError as problem:
        return _problem(request, sentence(problem, language_of(request)))
    with database.transaction("anonymous") as session:
        user = user_of_identity(session, identity.subject, identity.email)
        if user is None:
            return _problem(request, say(request, UNKNOWN, provider=settings.oidc_name), 403)
        session.info["author"] = user.sign_in_name
        end_replaced(session, request.cookies.get(sessions.COOKIE, ""), now)
        device = request.headers.get("user-agent", "")
        token, _ = sessions.begin(session, user, device, now=now, longest=settings.session_longest)
    response = RedirectResponse(following or "/", 303)
    set_session_cookie(request, response, token, settings)
    response.delete_cookie(COOKIE, path=COOKIE_PATH)
    keep_for_sign_out(request, response, identity.id_token, settings)
    return response


def _redirect_uri(request: Request) -> str:
    return f"{request.base_url}signin/oidc/callback"


def _kept(request: Request) -> tuple[Flow, str]:
    """What the browser has kept; raises OidcError when it has nothing."""
    try:
        text = request.cookies.get(COOKIE, "")
        kept = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        state, nonce, verifier, following = kept
    except (ValueError, TypeError):
        raise OidcError("The sign-in took too long or was begun in another browser; begin it again") from None
    return Flow(str(state), str(nonce), str(verifier)), local_path(str(following), "")


def _problem(request: Request, problem: str, status: int = 422) -> Response:
    return render(
        request, "account/signin.html", status, next="", name="", problem=problem, over=False, ended=""
    )
