"""What reviewers write to sources: composed, sealed, kept, carried to the server, and known to be read."""
