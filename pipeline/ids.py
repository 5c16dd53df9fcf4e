"""Ids by content: 128-bit BLAKE2b as 32 hex digits (64 bits would collide with 2.7 % at 10⁹ documents)."""

import hashlib

import xxhash


def content_id(*parts: bytes | str) -> str:
    """Hash parts so that no two different lists of parts are joined into the same bytes."""
    h = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        h.update(len(data).to_bytes(8, "little"))
        h.update(data)
    return h.hexdigest()


def block_key(kind: str, text: str | bytes) -> int:
    """Signed 64-bit key of a block, equal on every engine (Spark has no unsigned integers).

    `kind` keeps equal texts of different kinds apart. Keys propose pairs, which are then verified, so a
    collision costs one comparison and nothing else.
    """
    h = xxhash.xxh3_64(kind.encode())
    h.update(b"\x1f")
    h.update(text.encode() if isinstance(text, str) else text)
    return int.from_bytes(h.digest(), "big", signed=True)
