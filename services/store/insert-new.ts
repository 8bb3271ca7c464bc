import { type Collection, DuplicateKey, type Stored } from "./port.ts";

/** Inserts a document; resolves to false, and changes nothing, where one of its unique keys is taken. */
export async function insertNew<T extends Stored>(
  collection: Pick<Collection<T>, "insert">,
  document: T,
): Promise<boolean> {
  try {
    await collection.insert(document);
    return true;
  } catch (error) {
    if (error instanceof DuplicateKey) return false;
    throw error;
  }
}
