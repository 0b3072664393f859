"""The reviewer's workspace: an index that rests sealed, what reviewers do with drops, and the session.

Nothing else of `admin` imports it, and it is in a release file of its own (docs/adr/0162).
"""
