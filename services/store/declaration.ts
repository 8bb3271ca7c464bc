import type { CollectionSpec } from "./port.ts";

/** Names that both engines take; they come from the program, never from a caller. */
const NAME = /^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/;

/** Checks the names of a declaration. A wrong one is a programmer's error and throws. */
export function assertDeclared(spec: CollectionSpec): void {
  const indexes = spec.indexes.map((index) => index.name);
  for (const name of [spec.name, ...indexes]) {
    if (!NAME.test(name)) throw new Error(`"${name}" cannot name a collection or index`);
  }
  if (new Set(indexes).size < indexes.length) throw new Error(`collection ${spec.name} declares an index twice`);
  for (const index of spec.indexes) {
    if (index.fields.length === 0) throw new Error(`index ${index.name} has no fields`);
  }
}
