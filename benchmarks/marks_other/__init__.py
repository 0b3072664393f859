"""A second hand that marks documents and screens, written from published descriptions alone and before the
search existed; it shares nothing with `scrub.marks` or with the first hand in `benchmarks.marks`.

Lines and words that move, letters set wider: Brassil, Low, Maxemchuk, O'Gorman, "Electronic Marking and
Identification Techniques to Discourage Document Copying" (1995): every second line moves by 1/300 inch or
more, its neighbours stand still; a group of words within a line moves. A session's words tiled over the
screen: what Citrix ("session watermark") and VMware Horizon ("digital watermark") tell administrators. Look-
alike letters: Rizzo, Bertini, Montesi, "Content-preserving text watermarking" (2016).
"""

from benchmarks.marks_other.pages import marked_page
from benchmarks.marks_other.screens import marked_screen
from benchmarks.marks_other.texts import marked_text

__all__ = ["marked_page", "marked_screen", "marked_text"]
