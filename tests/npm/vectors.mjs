// Writes every test vector of cctv-age into the folder named on the command line, one file each.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as vectors from "cctv-age";

for (const [name, bytes] of Object.entries(vectors)) {
    if (bytes instanceof Uint8Array) writeFileSync(join(process.argv[2], name), bytes);
}
