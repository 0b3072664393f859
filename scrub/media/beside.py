"""What comes with decoded pictures and isn't drawn: captions, and what an encoder or a camera wrote there."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from scrub.inventory import Inventory, dv
from scrub.inventory.sei import has_captions, read_unregistered

if TYPE_CHECKING:
    from av.packet import Packet
    from av.sidedata.sidedata import SideData, SideDataContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_DV = "dvvideo"


@dataclass(frozen=True, slots=True)
class Beside:
    """Adds to both what it sees: codes of `scrub.report.REMOVED`, and "subtitles_left_out"."""

    removed: set[str]
    notes: set[str]

    def look(self, packet: "Packet[VideoStream]", frame: "VideoFrame") -> None:
        """`packet`: the one that the decoder was given last."""
        for each in side_data(frame):
            if each.type.name == "A53_CC" and has_captions(bytes(each)):
                self.notes.add("subtitles_left_out")
            elif each.type.name == "SEI_UNREGISTERED":
                read_unregistered(bytes(each), self.removed.add)
        if packet.stream.codec_context.name == _DV:
            found = Inventory()
            dv.read(bytes(packet), found)
            self.removed.update(found.removed)
            self.notes.update({"subtitles_left_out"} if found.captions else ())


def side_data(frame: "VideoFrame") -> "tuple[SideData, ...]":
    """None of a picture with a kind that PyAV has no name for: it then shows none at all."""
    try:
        return tuple(cast("SideDataContainer", frame.side_data))
    except ValueError:
        return ()
