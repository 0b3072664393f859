// Bundles the page's two programs and prints them as JSON: what runs in the page, and what works beside it.
import { build } from "esbuild";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const bundles = {};
for (const [name, entry] of [["page", "src/ui/main.ts"], ["worker", "src/worker.ts"]]) {
    const { outputFiles } = await build({
        absWorkingDir: here,
        entryPoints: [entry],
        bundle: true,
        minify: true,
        write: false,
        format: "iife",
        target: "es2022",
        charset: "utf8",
        legalComments: "none",
        tsconfig: "tsconfig.json",
    });
    bundles[name] = outputFiles[0].text;
}
process.stdout.write(JSON.stringify(bundles));
