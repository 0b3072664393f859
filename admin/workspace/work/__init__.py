"""What reviewers do with drops: events that are only ever appended, and what they amount to."""
