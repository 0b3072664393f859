from dataclasses import dataclass, field


@dataclass(slots=True)
class Inventory:
    removed: set[str] = field(default_factory=set)
    lossless: bool = False


def take_inventory(media_type: str, data: bytes) -> Inventory:
    return Inventory()
