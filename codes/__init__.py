"""What every side says, as data: languages, and codes with their English. It imports nothing of ours."""
