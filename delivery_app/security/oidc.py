"""Sign-in by the municipality's own provider of identities: OpenID Connect, authorization code with PKCE.

What is checked of an answer: that this browser asked for it (state), that it was made for this question (nonce),
by whom (issuer and signature, an asymmetric one), for us (audience), and that it still holds.
Source: OpenID Connect Core 1.0, section 3.1.3.7; RFC 7636.
"""

from __future__ import annotations

import hmac
import threading
import time
import warnings
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.deprecate import AuthlibDeprecationWarning
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from delivery_app.settings import Settings
from models.errors import RememberingError

with warnings.catch_warnings():
    # Which of two http libraries it is built on is no news for whoever starts the server.
    warnings.simplefilter("ignore", AuthlibDeprecationWarning)
    from authlib.integrations.httpx_client import OAuth2Client

SCOPE = "openid email profile"
#: Signatures that need a key of the provider's own; "none" and shared secrets are never taken.
ALGORITHMS = ["RS256", "PS256", "ES256", "RS384", "RS512", "ES384", "EdDSA"]
TIMEOUT_S = 10.0
#: How far the provider's clock may be off.
LEEWAY_S = 60
#: The provider's description and keys are asked for again after so long.
KEPT_S = 3600.0
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class OidcError(RememberingError):
    """Signing in by the provider did not succeed: why, in words for the person."""


@dataclass(frozen=True)
class Flow:
    """What this browser has to know when the provider sends it back."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Identity:
    """Who the provider says it is. ``subject`` is unique and never changes; ``email`` only when it is sure.

    ``id_token`` is the provider's own word on it, by which it knows the sign-in again when it is to be ended.
    """

    subject: str
    email: str | None
    id_token: str = field(default="", repr=False)


class OidcProvider:
    """A provider of identities, as the settings name it."""

    def __init__(self, settings: Settings) -> None:
        issuer = urlsplit(settings.oidc_issuer)
        if issuer.scheme != "https" and issuer.hostname not in LOOPBACK:
            raise OidcError(
                "NAERPLAN_OIDC_ISSUER is '{issuer}'; write its address with https://",
                issuer=settings.oidc_issuer,
            )
        self._issuer = settings.oidc_issuer
        self._client_id = settings.oidc_client_id
        self._secret = settings.oidc_client_secret
        self._lock = threading.Lock()
        self._metadata: dict[str, Any] = {}
        self._keys: KeySet | None = None
        self._asked = 0.0

    def begin(self, redirect_uri: str) -> tuple[str, Flow]:
        """Where to send the browser, and what it keeps meanwhile.

        Raises
        ------
        OidcError
            The provider does not answer, or is not the one it should be.
        """
        flow = Flow(generate_token(40), generate_token(40), generate_token(64))
        metadata, _ = self._known()
        with self._client(redirect_uri) as client:
            url, _ = client.create_authorization_url(
                metadata["authorization_endpoint"],
                state=flow.state,
                nonce=flow.nonce,
                code_verifier=flow.verifier,
            )
        return str(url), flow

    def finish(self, flow: Flow, *, state: str, code: str, redirect_uri: str) -> Identity:
        """Who has signed in.

        Raises
        ------
        OidcError
            The answer is not to what this browser asked, or it does not hold.
        """
        if not state or not code or not hmac.compare_digest(state.encode(), flow.state.encode()):
            raise OidcError("The answer does not belong to this browser's question; begin the sign-in again")
        metadata, _ = self._known()
        try:
            with self._client(redirect_uri) as client:
                token = client.fetch_token(
                    metadata["token_endpoint"],
                    code=code,
                    code_verifier=flow.verifier,
                    grant_type="authorization_code",
                )
        except (AuthlibBaseError, httpx.HTTPError, ValueError):
            raise OidcError(
                "The sign-in provider did not take the answer back; begin the sign-in again"
            ) from None
        return self._identity(str(token.get("id_token") or ""), flow.nonce)

    def sign_out_url(self, id_token: str, back: str) -> str | None:
        """Where a browser ends its sign-in at the provider and comes ``back`` from; None where it offers no such place.

        Source: OpenID Connect RP-Initiated Logout 1.0, section 2. The address must be one that nobody between can read.

        Raises
        ------
        OidcError
            The provider does not answer, or is not the one it should be.
        """
        metadata, _ = self._known()
        place = str(metadata.get("end_session_endpoint") or "")
        parts = urlsplit(place)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            return None
        asked = {"client_id": self._client_id, "post_logout_redirect_uri": back}
        if id_token:
            asked["id_token_hint"] = id_token
        return f"{place}{'&' if parts.query else '?'}{urlencode(asked)}"

    def _identity(self, id_token: str, nonce: str) -> Identity:
        claims = self._claims(id_token)
        audience = claims.get("aud")
        several = isinstance(audience, list) and len(audience) > 1
        wrong = several and claims.get("azp") != self._client_id
        if wrong or not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise OidcError("The sign-in provider's answer was made for somebody else; begin again")
        email = claims.get("email")
        sure = isinstance(email, str) and claims.get("email_verified", True) is True
        known = str(email).casefold() if sure else None
        return Identity(f"{self._issuer}|{claims['sub']}", known, id_token)

    def _claims(self, id_token: str) -> dict[str, Any]:
        registry = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_S,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )
        for fresh in (False, True):
            _, keys = self._known(fresh=fresh)
            try:
                claims = jwt.decode(id_token, keys, algorithms=ALGORITHMS).claims
                registry.validate(claims)
            except (JoseError, ValueError):
                # Keys are changed now and then: once more with those of today.
                continue
            return dict(claims)
        raise OidcError("The sign-in provider's answer does not hold; begin the sign-in again")

    def _known(self, *, fresh: bool = False) -> tuple[dict[str, Any], KeySet]:
        with self._lock:
            if fresh or self._keys is None or time.monotonic() - self._asked > KEPT_S:
                self._ask()
            assert self._keys is not None
            return self._metadata, self._keys

    def _ask(self) -> None:
        try:
            with httpx.Client(timeout=TIMEOUT_S) as client:
                address = self._issuer.rstrip("/") + "/.well-known/openid-configuration"
                metadata = client.get(address).raise_for_status().json()
                if metadata["issuer"] != self._issuer:
                    raise OidcError(
                        "The sign-in provider calls itself by another name; tell your administrator"
                    )
                keys = KeySet.import_key_set(client.get(metadata["jwks_uri"]).raise_for_status().json())
        except (httpx.HTTPError, JoseError, KeyError, TypeError, ValueError) as error:
            if isinstance(error, OidcError):
                raise
            raise OidcError(
                "The sign-in provider does not answer; try again, or sign in by password"
            ) from None
        self._metadata, self._keys, self._asked = metadata, keys, time.monotonic()

    def _client(self, redirect_uri: str) -> OAuth2Client:
        return OAuth2Client(
            client_id=self._client_id,
            client_secret=None if self._secret is None else self._secret.get_secret_value(),
            token_endpoint_auth_method="none" if self._secret is None else "client_secret_basic",
            scope=SCOPE,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            timeout=TIMEOUT_S,
        )
