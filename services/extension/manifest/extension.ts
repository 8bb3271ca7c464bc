import { existsSync } from "node:fs";
import { join } from "node:path";
import { schemaFaults } from "../../base/schema-faults.ts";
import { type FieldViolation, Refusal, terminalFault } from "../../domain/refusal.ts";
import type { ExtensionConfig, ReceiverConfig } from "../../host/extension-config.ts";
import { readJsonFile } from "../../host/json-file.ts";
import { type EventName, MANIFEST_SCHEMA, type Manifest } from "./manifest.ts";

/** An extension as this node runs it: its manifest, where it lies, and where its receivers are. */
export interface Extension {
  manifest: Manifest;
  directory: string;
  receivers: readonly (ReceiverConfig & { name: string; events: readonly EventName[] })[];
}

/**
 * Reads the extensions that a configuration names. Throws `INVALID_FIELD` with everything that is wrong at once: a manifest that is none, files that are
 * not there, two of one name, receivers that the configuration does not place, or places without a receiver. A node does not start with half of an extension.
 */
export function readExtensions(configured: readonly ExtensionConfig[]): Extension[] {
  const faults: FieldViolation[] = [];
  const extensions = configured.flatMap((one, index) => {
    const report = (field: string, description: string, remedy: string) => {
      faults.push(terminalFault(`/extensions/${index}${field}`, description, remedy));
    };
    const read = readExtension(one, report);
    return read ? [read] : [];
  });
  const names = extensions.map(({ manifest }) => manifest.name);
  for (const name of new Set(names.filter((one, at) => names.indexOf(one) !== at)))
    faults.push(terminalFault("/extensions", `name the extension ${name} twice`, "leave one out"));
  if (faults.length === 0) return extensions;
  const list = faults.map(({ field, description, remedy }) => `${field}: ${description} (${remedy})`);
  throw new Refusal("INVALID_FIELD", `the extensions are refused:\n${list.join("\n")}`, { fields: faults });
}

type Report = (field: string, description: string, remedy: string) => void;

function readExtension(
  { extensionDirectory: directory, receivers }: ExtensionConfig,
  report: Report,
): Extension | undefined {
  const file = join(directory, "extension.json");
  const manifest = manifestIn(file, report);
  if (!manifest) return undefined;
  for (const path of [
    ...(manifest.checks ?? []).map(({ module }) => module),
    ...(manifest.pages ? [manifest.pages] : []),
  ])
    if (!existsSync(join(directory, path)))
      report("/extensionDirectory", `${path} is not there`, `put it there, or take it out of ${file}`);
  const named = manifest.receivers ?? [];
  for (const { name } of named)
    if (!receivers[name])
      report(`/receivers/${name}`, "is missing: the manifest names this receiver", "say where it is");
  for (const name of Object.keys(receivers))
    if (!named.some((one) => one.name === name))
      report(`/receivers/${name}`, "is no receiver of the manifest", "remove it");
  const placed = named.flatMap((one) =>
    receivers[one.name] ? [{ ...one, ...(receivers[one.name] as ReceiverConfig) }] : [],
  );
  return { manifest, directory, receivers: placed };
}

function manifestIn(file: string, report: Report): Manifest | undefined {
  try {
    const json = readJsonFile(file);
    const faults = schemaFaults(MANIFEST_SCHEMA, json);
    if (faults.length === 0) return json as Manifest;
    for (const { path, message, params } of faults)
      report("/extensionDirectory", `${file}${path} ${message} ${JSON.stringify(params)}`, "correct it");
  } catch (error) {
    report(
      "/extensionDirectory",
      error instanceof Error ? error.message : String(error),
      "name the folder of an extension",
    );
  }
  return undefined;
}
