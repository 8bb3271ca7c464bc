import { writeFileSync } from "node:fs";
import { registerHooks } from "node:module";

/* Loaded before a program (`--import`): names the packages that it had loaded when it ended, in the file of `ECERT_PACKAGES_FILE`. */

const packages = new Set<string>();

registerHooks({
  load(url, context, next) {
    const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
    if (name !== undefined) packages.add(name);
    return next(url, context);
  },
});

process.on("exit", () => {
  writeFileSync(process.env.ECERT_PACKAGES_FILE as string, JSON.stringify([...packages].sort()));
});
