import { defineConfig } from "vitest/config";

/** Tests lie beside the code, or in `test/` where they start processes. Two workers: the reference machine has two cores.
 * Time-outs only end what hangs: a mesh with MongoDB takes minutes to start on a machine that does other things too. */
const config = defineConfig({
  test: {
    include: ["{services,agent,ops,test}/**/*.test.ts"],
    globalSetup: "test/global-setup.ts",
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 300_000,
    reporters: ["default"],
  },
});

// Vitest reads its configuration from the default export; there is no other way.
// biome-ignore lint/style/noDefaultExport: required by the tool
export default config;
