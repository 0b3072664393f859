"""What reviewers write to sources: composed, sealed, kept, carried to the server, and known to be read."""

OUTBOX, SIGNATURE = "outbox.json", "outbox.json.minisig"
MARKS = "read.json"
"""What an outbox, and what is known to be read, are called on a stick (docs/protocol.md)."""
