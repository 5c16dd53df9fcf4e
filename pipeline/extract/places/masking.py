"""Mask the passwords, signatures and keys of addresses in texts."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

#: Replaces a password.
_HIDDEN = "***"

_USER = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://([^/?#\s'\"<>]*)@")

_PARAMETER = re.compile(r"(?<=[?&;])([^=&;?#\s'\"<>]+)=([^&;#\s'\"<>)]*)")

#: Names of query parameters that carry a secret, in lower case and without separators between words.
_SECRET = re.compile(
    r"(access|api|auth|id|private|refresh|security|session)?token|(x?api|access|secret|shared|subscription)?key|(client)?secret"
    r"|pass|password|passwd|pwd|passphrase|auth|authorization|credentials?|jwt|sas|sig|signature|hmac"
    r"|x(amz|cos|goog|ms|obs|oss|tos)[a-z]+"
)

#: Parameters that, next to a signature, say what was signed and until when, by the signature's name.
_SIGNED = {
    "sig": re.compile(r"s[eptvrs]|spr|sip|srt|sdd|sk(oid|tid|t|e|s|v)|saoid|suoid|scid"),
    "signature": re.compile(r"expires|policy|keypairid|awsaccesskeyid|googleaccessid|ossaccesskeyid"),
}


def masked(text: str, *, of: str = "") -> str:
    """The text with the passwords, signatures and keys of its addresses masked.

    of: an address that the text may quote in parts; its secrets are masked too.
    """
    for secret in sorted(_secrets(of), key=len, reverse=True):
        text = text.replace(secret, _HIDDEN)
    text = _USER.sub(lambda found: found[0] if found[1] == "github" else f"{found[1]}://{_user(found)}@", text)
    return _PARAMETER.sub(lambda found: f"{found[1]}={_HIDDEN}" if _is_secret(found[1]) else found[0], text)


def _user(found: re.Match[str]) -> str:
    user, colon, _ = found[2].partition(":")
    # On a web server, a name without a password is a token.
    return f"{user}:{_HIDDEN}" if colon else _HIDDEN if found[1].lower() in ("http", "https") else user


def _secrets(text: str) -> Iterator[str]:
    """Secrets of an address that are long enough not to be mistaken for words, as written and decoded."""
    found = [value for name, value in _PARAMETER.findall(text) if _is_secret(name)]
    for scheme, user in _USER.findall(text):
        found += [] if scheme == "github" else [user.partition(":")[2] if ":" in user or scheme[:4] != "http" else user]
    yield from (form for value in found for form in {value, unquote(value)} if len(form) >= 4)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]", "", unquote(name).lower())


def _is_secret(name: str) -> bool:
    return bool(_SECRET.fullmatch(_plain(name)))


def asked(query: str) -> str:
    """The query without its secrets and the parameters that belong to a signature."""
    parts = [(part, _plain(part.partition("=")[0])) for part in query.split("&")]
    signed = [beside for signature, beside in _SIGNED.items() if any(name == signature for _, name in parts)]
    return "&".join(part for part, name in parts if not any(secret.fullmatch(name) for secret in (_SECRET, *signed)))


def safe(text: str) -> str:
    """The masked form of an address that could not be parsed: a password may be anywhere before an `@`."""
    return re.sub(r"://\S*@", f"://{_HIDDEN}@", masked(text))
