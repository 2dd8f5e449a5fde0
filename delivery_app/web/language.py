"""Which language a page speaks: the person's own, else what this browser chose, else what it asks for."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from delivery_app.i18n import LANGUAGES

COOKIE = "naerplan_lang"


def language_of(request: HTTPConnection) -> str:
    """The language of the answer to a request."""
    person = getattr(request.state, "person", None)
    if person is not None and person.language in LANGUAGES:
        return str(person.language)
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return str(chosen)
    for part in request.headers.get("accept-language", "").split(","):
        code = part.partition(";")[0].strip().lower().partition("-")[0]
        if code in LANGUAGES:
            return code
    return LANGUAGES[0]
