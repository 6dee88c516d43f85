"""The one error of the readers."""


class UnreadableFileError(ValueError):
    """A file that cannot be taken in. The text says what and where, and never repeats what stands in a row."""

    def __init__(self, reason: str, name: str | None = None):
        self.reason, self.name = reason, name
        super().__init__(f"{name}: {reason}" if name else reason)

    def of(self, name: str) -> "UnreadableFileError":
        """The same error with the file's name in front, unless it bears one already."""
        return self if self.name else UnreadableFileError(self.reason, name)
