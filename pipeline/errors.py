"""Errors that a user can act on: each says what, where, expected against found, and the remedy."""


class PapersieveError(Exception):
    """Base of every error this project raises on purpose; `str()` is fit to show to a user."""


class ArgumentError(PapersieveError, ValueError):
    """An argument that can't be used: no texts, an address of nothing, one file as both store and warehouse."""


class SettingsError(PapersieveError):
    """Settings that can't be used; lists every problem, not only the first."""


class StoreError(PapersieveError):
    """The store, or a warehouse, can't be used as it is: missing, in use, newer than this software, or damaged."""


class BusyError(StoreError):
    """Another command has the store or the warehouse: the same call works once that one has ended."""


class DumpError(PapersieveError):
    """One dump can't be read; the other dumps of the same call go on.

    `reason_code` is stable and machine-readable, the message is for people.
    """

    def __init__(self, reason_code: str, message: str) -> None:
        super().__init__(message)
        self.reason_code = reason_code

    def __reduce__(self) -> tuple[type["DumpError"], tuple[str, str]]:
        """To be sent from one process to another: of its own accord an exception would be made of its message alone."""
        return type(self), (self.reason_code, str(self))
