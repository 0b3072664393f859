// Size classes: 16 KiB at least, then two an octave (docs/protocol.md, "Size classes").

const FLOOR = 16384;

/** The smallest class that holds `size` bytes. */
export function paddedSize(size: number): number {
    if (size <= FLOOR) return FLOOR;
    let octave = FLOOR;
    while (octave < size) octave *= 2;
    return (octave / 4) * 3 >= size ? (octave / 4) * 3 : octave;
}
