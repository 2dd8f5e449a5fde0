"""A small provider of identities for tests: discovery, sign-in without a page, tokens signed by RS256.

It checks what a real one checks (client, code once, redirect address, PKCE), and can be told to answer wrongly.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "naerplan", "not-a-real-secret-of-anybody"


class Provider:
    """Its state: who is signed in there, the codes it gave, and how it is to go wrong."""

    def __init__(self) -> None:
        self.issuer = ""
        self.key = RSAKey.generate_key(2048, {"kid": "one"})
        self.subject, self.email, self.verified = "subject-1", "planner@example.dk", True
        self.codes: dict[str, dict[str, str]] = {}
        self.wrong: dict[str, Any] = {}
        self.sign_with: Any = None
        #: Where one signs out, below the provider's own address; empty where it offers nothing.
        self.sign_out_path = "/endsession?tenant=a"
        self.algorithm = "RS256"
        self.ended: list[str] = []

    def authorize(self, query: dict[str, str]) -> str:
        assert query["client_id"] == CLIENT
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"].split()
        code = secrets.token_urlsafe()
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def sign_out(self, query: dict[str, str]) -> str:
        """Where the browser is sent back to; checks whose sign-in is to end, as a provider does."""
        assert query["client_id"] == CLIENT
        claims = jwt.decode(query["id_token_hint"], self.key, algorithms=["RS256"]).claims
        assert (claims["aud"], claims["sub"]) == (CLIENT, self.subject)
        self.ended.append(str(claims["sub"]))
        return query["post_logout_redirect_uri"]

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        query = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if authorization != f"Basic {basic}":
            return 401, {"error": "invalid_client"}
        if (
            query is None
            or challenge != query["code_challenge"]
            or form["redirect_uri"] != query["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": self.subject,
            "email": self.email,
            "email_verified": self.verified,
            "nonce": query["nonce"],
            "iat": now,
            "exp": now + 300,
        } | self.wrong
        header = {"alg": self.algorithm, "kid": "one"}
        token = jwt.encode(header, claims, self.sign_with or self.key, algorithms=[self.algorithm])
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": token}


@contextmanager
def running_provider() -> Iterator[Provider]:
    """A provider on this machine until the block is left."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if parts.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.authorize(query))
                self.end_headers()
            elif parts.path == "/endsession":
                self.send_response(302)
                self.send_header("Location", provider.sign_out(query))
                self.end_headers()
            elif parts.path == "/.well-known/openid-configuration":
                ending = {"end_session_endpoint": provider.issuer + provider.sign_out_path}
                self.answer(
                    200,
                    {
                        "issuer": provider.issuer,
                        "authorization_endpoint": f"{provider.issuer}/authorize",
                        "token_endpoint": f"{provider.issuer}/token",
                        "jwks_uri": f"{provider.issuer}/keys",
                    }
                    | (ending if provider.sign_out_path else {}),
                )
            else:
                self.answer(200, {"keys": [provider.key.as_dict(private=False)]})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self.answer(*provider.token(form, self.headers.get("Authorization", "")))

        def answer(self, status: int, body: dict[str, Any]) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *words: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider.issuer = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()


def another_key() -> RSAKey:
    """A key that the provider never published."""
    return RSAKey.generate_key(2048, {"kid": "one"})


def shared_secret() -> OctKey:
    """What a forger would sign with who knows the client's secret only."""
    return OctKey.import_key(SECRET.encode() * 4)
