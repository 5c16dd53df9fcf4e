"""Ids by content: 128-bit BLAKE2b as 32 hex digits (at 10⁹ documents, 64 bits would collide with 2.7 % probability)."""

import hashlib

import xxhash


def content_id(*parts: bytes | str) -> str:
    """Hash the parts, each preceded by its length, so that different lists of parts are never the same bytes."""
    said = list[bytes]()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        said += (len(data).to_bytes(8, "little"), data)
    return hashlib.blake2b(b"".join(said), digest_size=16).hexdigest()


def block_seed(kind: str) -> int:
    """Seed that gives equal texts of different kinds different keys: the xxh32 of the kind's name."""
    return xxhash.xxh32_intdigest(kind.encode())


def block_key(kind: str, text: str | bytes) -> int:
    """Signed 64-bit key of a block, the same on every engine (Spark has no unsigned integers).

    It is two xxh32 of the text, a hash that the compiled code has anyway: the upper half with the seed of its kind, the
    lower half with the complement of that seed. Keys only propose pairs, which are then compared, so a collision costs
    one comparison and nothing else.
    """
    seed = block_seed(kind)
    data = text.encode() if isinstance(text, str) else text
    key = xxhash.xxh32_intdigest(data, seed) << 32 | xxhash.xxh32_intdigest(data, seed ^ 0xFFFFFFFF)
    return key - (1 << 64) if key >> 63 else key
