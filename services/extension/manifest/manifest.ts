import type { Schema } from "../../base/schema-faults.ts";

/** Events that receivers can ask for, in the order in which a certificate meets them. */
export const EVENTS = [
  "certificate.issued",
  "certificate.suspended",
  "certificate.resumed",
  "certificate.revoked",
  "certificate.superseded",
] as const;
/** One of {@link EVENTS}. */
export type EventName = (typeof EVENTS)[number];

/** Version of the contract between platform and extensions, in every `extension.json`. */
export const CONTRACT = "ecert.extension.v1";

/** What an extension says of itself: `extension.json` in its folder. All paths are relative to it. */
export interface Manifest {
  schema: typeof CONTRACT;
  name: string;
  version: string;
  title: string;
  /** Modules that hold orders against rules of the city's own. */
  checks?: readonly CheckEntry[];
  /** Folder whose files are served. */
  pages?: string;
  /** Who gets events. */
  receivers?: readonly { name: string; events: readonly EventName[] }[];
}

/** A check at make. */
export interface CheckEntry {
  /** Codes of items; `*`: all. */
  items: readonly string[];
  /** Module that exports `check`. */
  module: string;
  /** Milliseconds that one order may take. Default 1,000. */
  timeoutMs?: number;
}

const path: Schema = { type: "string", pattern: "^(?!.*\\.\\.)[A-Za-z0-9_][A-Za-z0-9_./-]{0,199}$" };
const name: Schema = { type: "string", pattern: "^[a-z][a-z0-9-]{1,39}$" };
const strict = (properties: Record<string, Schema>, required: readonly string[]): Schema => ({
  ...{ type: "object", additionalProperties: false, properties, required },
});

/** JSON Schema of `extension.json`. */
export const MANIFEST_SCHEMA = strict(
  {
    schema: { const: CONTRACT },
    name,
    version: { type: "string", pattern: "^[0-9]+\\.[0-9]+\\.[0-9]+$" },
    title: { type: "string", minLength: 1, maxLength: 100 },
    checks: {
      type: "array",
      maxItems: 50,
      items: strict(
        {
          items: { type: "array", minItems: 1, maxItems: 200, items: { type: "string", minLength: 1, maxLength: 64 } },
          module: path,
          timeoutMs: { type: "integer", minimum: 10, maximum: 10_000 },
        },
        ["items", "module"],
      ),
    },
    pages: path,
    receivers: {
      type: "array",
      maxItems: 10,
      items: strict({ name, events: { type: "array", minItems: 1, uniqueItems: true, items: { enum: EVENTS } } }, [
        "name",
        "events",
      ]),
    },
  },
  ["schema", "name", "version", "title"],
);
