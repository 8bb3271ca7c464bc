import { readFileSync, statSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { instantOf } from "../../services/domain/instant.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { MAX_DOCUMENT_BYTES } from "../../services/trust/verification/options.ts";

const OPTIONS = {
  trust: { type: "string" },
  publisher: { type: "string" },
  status: { type: "string" },
  server: { type: "string" },
  offline: { type: "boolean", default: false },
  message: { type: "string" },
  signature: { type: "string" },
  at: { type: "string" },
  out: { type: "string" },
  level: { type: "string" },
  "time-stamp": { type: "string" },
  json: { type: "boolean", default: false },
} as const;

/** Parses the options that all commands share. Throws `INVALID_FIELD` for anything else. */
export function parseCommand(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
    return { ...values, at: timeOf(values.at), positionals };
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    throw new Refusal("INVALID_FIELD", `${(cause as Error).message.split(". ")[0]}; see --help`, { cause });
  }
}

/** What {@link parseCommand} gives. */
export type CommandOptions = ReturnType<typeof parseCommand>;

function timeOf(text: string | undefined): Date {
  const time = text === undefined ? new Date() : new Date(instantOf(text));
  if (Number.isNaN(time.getTime())) throw new Refusal("INVALID_FIELD", `--at ${text} is not a time (RFC 3339)`);
  return time;
}

/**
 * Reads a file that the user named. One over the limit of documents is cut just behind it, which is enough to be refused
 * for its size. Throws `INVALID_FIELD` where it cannot be read.
 */
export function readInput(path: string): Uint8Array {
  try {
    const { size } = statSync(path);
    if (size > 2 * MAX_DOCUMENT_BYTES) return new Uint8Array(MAX_DOCUMENT_BYTES + 1);
    return readFileSync(path);
  } catch (cause) {
    throw new Refusal("INVALID_FIELD", `无法读取 ${path} · cannot read ${path}: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** Writes a file that the user named. Throws `INVALID_FIELD` where it cannot be written. */
export function writeOutput(path: string, bytes: Uint8Array): void {
  try {
    writeFileSync(path, bytes);
  } catch (cause) {
    throw new Refusal("INVALID_FIELD", `无法写入 ${path} · cannot write ${path}: ${(cause as Error).message}`, {
      cause,
    });
  }
}
