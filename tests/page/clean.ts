// Cleans the files of a JSON object (name to base64, on stdin) as the page does; prints name to what came out.

import { clean } from "../../page/src/clean/index";

let text = "";
for await (const piece of process.stdin) text += piece;
const results: { [name: string]: { content: string; removed: string[]; mediaType: string } | string } = {};
for (const [name, encoded] of Object.entries(JSON.parse(text) as { [name: string]: string })) {
    const content = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
    const verdict = await clean(content);
    if ("family" in verdict) results[name] = verdict.family;
    else {
        const { content: cleaned, removed, mediaType } = verdict.clean;
        results[name] = { content: Buffer.from(cleaned).toString("base64"), removed, mediaType };
    }
}
console.log(JSON.stringify(results));
declare const process: { stdin: AsyncIterable<string> };
declare const Buffer: { from(bytes: Uint8Array): { toString(encoding: string): string } };
