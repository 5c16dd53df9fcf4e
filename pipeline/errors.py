"""Errors that a user can act on: each states what failed and where, what was expected and found, and the remedy."""


class PapersieveError(Exception):
    """Base of every error that this project raises on purpose; `str()` of it can be shown to a user."""


class ArgumentError(PapersieveError, ValueError):
    """An argument that can't be used: no texts, an address with nothing there, one file as both store and warehouse."""


class SettingsError(PapersieveError):
    """Settings that can't be used; lists every problem, not only the first."""


class StoreError(PapersieveError):
    """The store, or a warehouse, can't be used as it is: missing, in use, newer than this software, or damaged."""


class BusyError(StoreError):
    """Another command is using the store or the warehouse: the same call works once that command has ended.

    what: what is used by whom. remedy: what to do on the command line.
    """

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}. {remedy}")
        self.what = what


class DumpError(PapersieveError):
    """One dump can't be read; the other dumps of the same call are still read.

    `reason_code` is stable and machine-readable; the message is for people.
    """

    def __init__(self, reason_code: str, message: str) -> None:
        super().__init__(message)
        self.reason_code = reason_code

    def __reduce__(self) -> tuple[type["DumpError"], tuple[str, str]]:
        """Let the error be sent between processes: by default an exception is rebuilt from its message alone."""
        return type(self), (self.reason_code, str(self))
