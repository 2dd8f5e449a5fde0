"""What a browser says it is, in a few words a person knows."""

from __future__ import annotations

from delivery_app.i18n import N_

#: What stands in the header of a browser, most telling first, and what it is called.
_KNOWN = (
    ("ipad", N_("iPad")),
    ("iphone", N_("iPhone")),
    ("android", N_("Android")),
    ("edg/", N_("Edge on a computer")),
    ("firefox/", N_("Firefox on a computer")),
    ("chrome/", N_("Chrome on a computer")),
    ("safari/", N_("Safari on a computer")),
)
UNKNOWN = N_("Another program")


def device_name(user_agent: str) -> str:
    """The name, in English, to be translated."""
    lower = user_agent.lower()
    return next((name for sign, name in _KNOWN if sign in lower), UNKNOWN)
