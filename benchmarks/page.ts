// What the page does to a file, beside typage alone: seconds for each, in the browser that this runs in.

import { Encrypter } from "age-encryption";
import { clean } from "../page/src/clean/index";
import type { Item } from "../page/src/format/drop";
import { sealDrop } from "../page/src/format/drop";
import { slots } from "../page/src/format/envelope";
import { sealParts } from "../page/src/format/parcel";

async function seconds(work: () => Promise<unknown>): Promise<number> {
    const start = performance.now();
    await work();
    return (performance.now() - start) / 1000;
}

async function measure(recipients: string[], size: number, rounds: number): Promise<Record<string, number[]>> {
    const content = new Uint8Array(size);
    for (let at = 0; at < size; at += 65536) crypto.getRandomValues(content.subarray(at, at + 65536));
    const item: Item = { content, extension: "bin", mediaType: "application/octet-stream", cleaning: "uncleaned", removed: [], notes: [] };
    const address = { desk: "union", deskId: null, recipients };
    const times: Record<string, number[]> = { typage: [], drop: [], parcel: [], looked: [] };
    for (let round = 0; round < rounds; round++) {
        times["typage"]!.push(
            await seconds(async () => {
                const encrypter = new Encrypter();
                for (const recipient of recipients) encrypter.addRecipient(recipient);
                await encrypter.encrypt(content);
            }),
        );
        const keys = await slots(recipients);
        let drop = new Uint8Array(0);
        times["drop"]!.push(
            await seconds(async () => {
                drop = await sealDrop(keys, address, [item], "en", "2026-11-30", () => {});
            }),
        );
        times["parcel"]!.push(
            await seconds(async () => {
                for await (const part of sealParts(keys, "0".repeat(32), drop)) void part;
            }),
        );
        times["looked"]!.push(await seconds(() => clean(content)));
    }
    return times;
}

Object.assign(globalThis, { measure });
