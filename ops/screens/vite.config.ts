import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compressed } from "./compressed.ts";
import { keptFiles } from "./kept-files.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const SERVICES = join(ROOT, "services");

/** What a thread is called in the built folder, by its file. */
function threadOf(file: string): string {
  return file === "keeper" ? "keeper" : "code-reader";
}

/** Builds the screens into `dist/screens`: documents, and assets whose names bear their digests, each with its compressed forms. */
const config = defineConfig({
  root: SERVICES,
  base: "/",
  plugins: [react(), compressed(), keptFiles()],
  // By their names the node knows them again: one alone may compile WebAssembly, another alone keep a page (`call/pages/screens-site.ts`).
  worker: {
    format: "es",
    rollupOptions: { output: { entryFileNames: ({ name }) => `assets/${threadOf(name)}.[hash].js` } },
  },
  build: {
    outDir: join(ROOT, "dist", "screens"),
    emptyOutDir: true,
    // What is inlined would need a looser policy in the document.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        console: join(SERVICES, "console", "index.html"),
        verify: join(SERVICES, "verify-page", "index.html"),
        mini: join(SERVICES, "mini-page", "index.html"),
        mine: join(SERVICES, "holder-page", "index.html"),
        confirm: join(SERVICES, "confirm-page", "index.html"),
      },
    },
  },
});

// Vite reads its configuration from the default export; there is no other way.
// biome-ignore lint/style/noDefaultExport: required by the tool
export default config;
