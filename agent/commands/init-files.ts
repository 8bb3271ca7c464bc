import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { Refusal } from "../../services/domain/refusal.ts";
import { print } from "./arguments.ts";
import type { Begun } from "./begun.ts";

/** Makes a directory for its owner alone, with those above it that are missing. */
export function makeDirectory(directory: string, begun: Begun): void {
  begun.goOn();
  if (existsSync(directory)) return;
  const first = mkdirSync(directory, { recursive: true, mode: 0o700 });
  begun.doing(`directory ${directory}`, () => {
    for (let made = directory; ; made = dirname(made)) {
      rmdirSync(made);
      if (made === first) return;
    }
  });
}

/** Writes a file that is not there yet, for its owner alone; one that is there is left as it is. Whole and on disk, or not at all. */
export function writeNew(directory: string, name: string, content: string, begun: Begun): boolean {
  begun.goOn();
  const file = join(directory, name);
  if (existsSync(file)) {
    print(`${file}: there already, left as it is`);
    return false;
  }
  begun.doing(`file ${file}`, () => rmSync(file, { force: true }));
  writeWhole(file, content);
  print(`${file}: written`);
  return true;
}

/** Writes a file for its owner alone, whole and on disk, or not at all: `STORE_FULL` where there is no room, else `INVALID_FIELD`. */
export function writeWhole(file: string, content: string): void {
  // What a run left that was killed while it wrote is written over.
  const part = `${file}.part`;
  try {
    const descriptor = openSync(part, "w", 0o600);
    try {
      writeSync(descriptor, content);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(part, file);
  } catch (cause) {
    rmSync(part, { force: true });
    const { code } = cause as NodeJS.ErrnoException;
    const full = code === "ENOSPC" || code === "EDQUOT";
    throw new Refusal(full ? "STORE_FULL" : "INVALID_FIELD", `${file} cannot be written: ${code}`, { cause });
  }
}
