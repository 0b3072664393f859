// Bundles a TypeScript file beside this one with the page's esbuild, and runs it: `node run.mjs NAME ESBUILD`.
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const [name, page] = process.argv.slice(2);
const { build } = createRequire(`${page}/package.json`)("esbuild");
const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(name, import.meta.url))],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    external: ["node:*"],
    nodePaths: [`${page}/node_modules`],
});
await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString("base64")}`);
