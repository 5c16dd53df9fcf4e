"""Ids by content: 128-bit BLAKE2b as 32 hex digits (64 bits would collide with 2.7 % at 10⁹ documents)."""

import hashlib

import xxhash


def content_id(*parts: bytes | str) -> str:
    """Hash parts, each behind its length, so that no two different lists of parts are hashed as the same bytes."""
    said = list[bytes]()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        said += (len(data).to_bytes(8, "little"), data)
    return hashlib.blake2b(b"".join(said), digest_size=16).hexdigest()


def block_seed(kind: str) -> int:
    """Seed that keeps equal texts of different kinds apart: the kind's own xxh32."""
    return xxhash.xxh32_intdigest(kind.encode())


def block_key(kind: str, text: str | bytes) -> int:
    """Signed 64-bit key of a block, equal on every engine (Spark has no unsigned integers).

    Two xxh32 of the text, the upper half with the seed of its kind and the lower with that seed's
    complement: what compiled code has at hand anyway. Keys propose pairs, which are then verified, so a
    collision costs one comparison and nothing else.
    """
    seed = block_seed(kind)
    data = text.encode() if isinstance(text, str) else text
    key = xxhash.xxh32_intdigest(data, seed) << 32 | xxhash.xxh32_intdigest(data, seed ^ 0xFFFFFFFF)
    return key - (1 << 64) if key >> 63 else key
