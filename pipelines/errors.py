"""What can go wrong, and who can do something about it.

    SparkraftError
    ├── BadInput            a file that cannot be used: tell the sender (file, row, what to do)
    ├── BadSetting          the installation is wrongly set up: tell the operator
    └── SourceUnavailable   a source or a lock did not answer now: try again later

Messages are written for the reader of the page, in Swedish, since they are shown as they are.
"""


class SparkraftError(Exception):
    """The root: anything that Sparkraft can explain in plain language."""


class BadInput(SparkraftError):
    """Input that cannot be used.

    Parameters
    ----------
    message_sv: what is wrong, in plain Swedish.
    fix_sv: what the reader can do about it.
    row: line or sheet row counted from 1, where one is to blame.
    """

    def __init__(self, message_sv: str, *, fix_sv: str = "", row: int | None = None) -> None:
        self.message_sv = message_sv
        self.fix_sv = fix_sv
        self.row = row
        place = f"Rad {row}: " if row is not None else ""
        super().__init__(f"{place}{message_sv} {fix_sv}".strip())


class BadSetting(SparkraftError):
    """A setting that cannot be used; the message names all mistakes found."""


class SourceUnavailable(SparkraftError):
    """Something outside did not answer in time; nothing was lost and it can be tried again."""
