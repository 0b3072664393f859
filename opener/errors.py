"""Refusals: one sentence, quoting nothing."""


class OpenError(Exception):
    """Base of all refusals."""


class ArmorError(OpenError):
    """The text wrapping (PEM-like armor) is malformed."""


class HeaderError(OpenError):
    """The header breaks the grammar of age, or a stanza its own rules."""


class NoMatch(OpenError):
    """No identity opens any stanza."""


class HmacError(OpenError):
    """A file key was found, but the header was changed."""


class PayloadError(OpenError):
    """The content was changed, cut off or added to."""


class KeyFileError(OpenError):
    """An identity file can't be used."""


class SignatureError(OpenError):
    """A signature is malformed, wrong, or made by another key."""


class WrongProof(OpenError):
    """A statement is of something else than what it was held against."""


class NewerVersion(OpenError):
    """A document of a kind that we know, in a version that we do not."""


class FormatError(OpenError):
    """Decrypted, but not an item, a manifest or a drop of Silbo."""
