import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { copyTypes } from "./types.ts";

const ROOT = join(import.meta.dirname, "../..");
const SOURCE = join(ROOT, "services/client");
/** Syntax that even a Node which is refused can read, so that it comes to the refusal. */
const TARGET = "node18";

/**
 * Writes the connector as a folder that `npm pack` takes: one file of JavaScript for `import` and one for `require`, the declarations
 * that its public face reaches, and a manifest with the packages that the two files load, in the versions that this project is tested
 * with. Replaces what is in the folder.
 */
export async function buildClient(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const packages = await bundle(folder);
  declare(folder);
  const own = JSON.parse(readFileSync(join(SOURCE, "package.json"), "utf8"));
  const { dependencies: pins } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const dependencies = Object.fromEntries(packages.map((name) => [name, pins[name]]));
  writeFileSync(join(folder, "package.json"), `${JSON.stringify({ ...own, dependencies }, undefined, 2)}\n`);
  cpSync(join(SOURCE, "README.md"), join(folder, "README.md"));
}

/** Bundles the own files; gives the packages that the result loads. */
async function bundle(folder: string): Promise<string[]> {
  const build = await rolldown({
    input: join(SOURCE, "index.ts"),
    platform: "node",
    external: /^[^./]/,
    // No file of ours does anything when it is loaded, but the one that looks at the version of Node.
    treeshake: { moduleSideEffects: (id) => id.endsWith("/supported-node.ts") },
    transform: { target: TARGET },
  });
  const loaded: string[] = [];
  for (const [format, file] of [
    ["es", "client.js"],
    ["cjs", "client.cjs"],
  ] as const) {
    const { output } = await build.write({ format, file: join(folder, file) });
    const [{ code, imports }] = output;
    // What only code asked for that was left out is not loaded.
    loaded.push(...imports.filter((name) => !name.startsWith("node:") && code.includes(`"${name}"`)));
  }
  await build.close();
  return [...new Set(loaded.map(packageOf))].sort();
}

/** The package of a specifier: `@scope/name/part` → `@scope/name`. */
function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

/** Writes the declarations twice: TypeScript reads a file as a module or as CommonJS by the manifest that stands above it. */
function declare(folder: string): void {
  const work = mkdtempSync(join(tmpdir(), "ecert-types-"));
  try {
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    const options = ["-p", join(SOURCE, "tsconfig.build.json"), "--outDir", work];
    execFileSync(process.execPath, [tsc, ...options], { stdio: ["ignore", "inherit", "inherit"] });
    const entry = join(work, "services/client/index.d.ts");
    copyTypes(entry, join(folder, "types"));
    copyTypes(entry, join(folder, "types-cjs"));
    writeFileSync(join(folder, "types-cjs/package.json"), '{ "type": "commonjs" }\n');
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = join(ROOT, "dist/client");
  await buildClient(folder);
  process.stdout.write(`${folder}: npm pack ${folder}\n`);
}
