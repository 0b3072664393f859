// Painting over and cutting: a picture is drawn anew from its dots, so that what is covered is nowhere in it.
//
// Only where the canvas gives back what was drawn: a browser that resists fingerprinting hands out noise.

import { clean, type Verdict } from "./index";

/** An area of a picture as it is seen; its edges are parts (0 to 1) of its width and height. */
export interface Area {
    left: number;
    top: number;
    right: number;
    bottom: number;
}

/** What stays of a picture, and what of it is painted over. */
export interface Painting {
    kept: Area;
    covered: Area[];
}

export const WHOLE: Area = { left: 0, top: 0, right: 1, bottom: 1 };
const MOST = 40_000_000;
const SIDE = 128;

type Context = OffscreenCanvasRenderingContext2D;

function canvas(width: number, height: number): Context {
    const made = new OffscreenCanvas(width, height).getContext("2d", { alpha: false });
    if (!made) throw new Error("no canvas");
    return made;
}

/** Whether this browser's canvas gives back exactly what was drawn, itself and as a file. */
export async function canvasIsExact(): Promise<boolean> {
    try {
        const drawn = canvas(SIDE, SIDE);
        const dots = drawn.createImageData(SIDE, SIDE);
        for (let at = 0; at < dots.data.length; at++) dots.data[at] = at % 4 === 3 ? 255 : (at * 7919 + (at >> 5)) & 255;
        drawn.putImageData(dots, 0, 0);
        const back = canvas(SIDE, SIDE);
        back.drawImage(await createImageBitmap(await drawn.canvas.convertToBlob({ type: "image/png" })), 0, 0);
        return [drawn, back].every((each) => {
            const { data } = each.getImageData(0, 0, SIDE, SIDE);
            return data.every((value, at) => value === dots.data[at]);
        });
    } catch {
        return false;
    }
}

/** A clean PNG of the picture as it is seen, painted over and cut. Throws for what can't be decoded or trusted. */
export async function painted(file: Blob, painting: Painting): Promise<Verdict> {
    if (!(await canvasIsExact())) throw new Error("noise");
    const picture = await createImageBitmap(file);
    const { width, height } = picture;
    if (width * height > MOST) throw new Error("too large");
    const [x, y, w, h] = dots(painting.kept, width, height);
    const drawn = canvas(w, h);
    drawn.fillStyle = "#fff"; // beneath what is clear
    drawn.fillRect(0, 0, w, h);
    drawn.drawImage(picture, -x, -y);
    picture.close();
    const boxes = painting.covered.map((area) => dots(area, width, height));
    drawn.fillStyle = "#000";
    for (const [left, top, across, down] of boxes) drawn.fillRect(left - x, top - y, across, down);
    const made = await drawn.canvas.convertToBlob({ type: "image/png" });
    const verdict = await clean(new Uint8Array(await made.arrayBuffer()));
    if (!("clean" in verdict)) throw new Error("not clean");
    const seen = await createImageBitmap(new Blob([verdict.clean.content]));
    drawn.fillStyle = "#fff";
    drawn.fillRect(0, 0, w, h);
    drawn.drawImage(seen, 0, 0);
    seen.close();
    for (const [left, top, across, down] of boxes) {
        const { data } = drawn.getImageData(left - x, top - y, across, down);
        const [x0, y0] = [Math.max(0, x - left), Math.max(0, y - top)];
        const [x1, y1] = [Math.min(across, x + w - left), Math.min(down, y + h - top)];
        for (let row = y0; row < y1; row++) {
            for (let at = 4 * (row * across + x0); at < 4 * (row * across + x1); at += 4) {
                if (data[at] || data[at + 1] || data[at + 2]) throw new Error("something shows");
            }
        }
    }
    return verdict;
}

/** Left, top, width and height in dots: each that is touched belongs to it. */
function dots(area: Area, width: number, height: number): [number, number, number, number] {
    const [left, top] = [Math.floor(area.left * width), Math.floor(area.top * height)];
    const [right, bottom] = [Math.min(width, Math.ceil(area.right * width)), Math.min(height, Math.ceil(area.bottom * height))];
    return [Math.min(left, width - 1), Math.min(top, height - 1), Math.max(1, right - left), Math.max(1, bottom - top)];
}
