// What a person typed, as an item (docs/protocol.md, "Item").

import { utf8 } from "./bytes";
import type { Item } from "./drop";

export const itemOfText = (text: string): Item => ({
    content: utf8(text),
    extension: "txt",
    mediaType: "text/plain",
    cleaning: "text",
    removed: [],
    notes: [],
});
