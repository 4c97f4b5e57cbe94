"""What the log refuses; nothing has been written when one of these is raised."""


class LogRefused(Exception):
    """The append was refused as a whole."""


class StaleVersion(LogRefused):
    """The stream has moved on (or was never that far): reload it, decide again, append again."""


class ReceiptTaken(LogRefused):
    """The principal has used the key before: the receipt holds the answer that was given."""


class UnknownTopic(LogRefused):
    """The topic is not on the list of event types; nothing is imported by name."""


class NotTheSameAfterReading(LogRefused):
    """An event would not be read back as it was written; it never gets into the log."""


class UnsafeConnection(RuntimeError):
    """A connection does not keep what the log promises; it is not used."""


class LogUnavailable(RuntimeError):
    """The log's server stays away. Whether an append that met this was written, asking again with its key tells."""
