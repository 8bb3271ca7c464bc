import type { Stored } from "../port.ts";

/**
 * The document of a row, whatever became of its text: key and revision are the row's own, and of a text that is no object nothing
 * else is left. Readers then find members missing in this one document, and all others can be read.
 */
export function documentIn<T extends Stored>(id: string, revision: number, body: unknown): T {
  const parsed = parse(body);
  if (parsed === undefined) return { _id: id, revision } as T;
  return parsed._id === id && parsed.revision === revision ? (parsed as T) : ({ ...parsed, _id: id, revision } as T);
}

/** The document of a row whose text is what the row says; `undefined` of a damaged one. */
export function soundDocument<T extends Stored>(id: string, revision: number, body: unknown): T | undefined {
  const parsed = parse(body);
  return parsed?._id === id && parsed.revision === revision ? (parsed as T) : undefined;
}

function parse(body: unknown): Partial<Stored> | undefined {
  try {
    const value: unknown = JSON.parse(body as string);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
