import { type Collection, DuplicateKey, type Stored } from "./port.ts";

/** What a write gives; `undefined`, with nothing changed, where a unique key is taken. */
export async function unlessTaken<T>(write: () => Promise<T>): Promise<T | undefined> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof DuplicateKey) return undefined;
    throw error;
  }
}

/** Inserts a document; resolves to false, and changes nothing, where one of its unique keys is taken. */
export async function insertNew<T extends Stored>(
  collection: Pick<Collection<T>, "insert">,
  document: T,
): Promise<boolean> {
  const inserted = async () => {
    await collection.insert(document);
    return true;
  };
  return (await unlessTaken(inserted)) ?? false;
}
