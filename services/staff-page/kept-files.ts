/** A file as somebody has chosen it. */
export interface ChosenFile {
  readonly name: string;
  readonly mediaType: string;
  readonly content: Blob;
  /** What its page takes it for, by a number of that page's own; kept with the file. */
  readonly kind?: number;
}

/** A file as it is kept: for which draft, and since when (milliseconds). */
interface KeptFile extends ChosenFile {
  readonly draft: string;
  readonly at: number;
}

const DATABASE = "ecert-files";
const STORE = "files";
/** Files of drafts that nobody has come back to are gone after as long as the node keeps uploads. */
const LIFE_MS = 24 * 3_600_000;

/** Keeps a file of a draft in this browser, so that a reload or a browser that was closed costs nothing. Where it keeps none, nothing happens. */
export async function keepFile(draft: string, file: ChosenFile): Promise<void> {
  const kept: KeptFile = { ...file, draft, at: Date.now() };
  await inStore("readwrite", (store) => store.put(kept, [draft, file.name]));
}

/** The files of a draft, in the order in which they were chosen. */
export async function keptFiles(draft: string): Promise<ChosenFile[]> {
  const all = ((await inStore("readonly", (store) => store.getAll())) ?? []) as KeptFile[];
  for (const one of all) if (one.at < Date.now() - LIFE_MS) await forgetFile(one.draft, one.name);
  const own = all.filter((one) => one.draft === draft && one.at >= Date.now() - LIFE_MS);
  return own.sort((one, other) => one.at - other.at);
}

/** Forgets a file of a draft. */
export async function forgetFile(draft: string, name: string): Promise<void> {
  await inStore("readwrite", (store) => store.delete([draft, name]));
}

/** Forgets all files of all drafts: for who leaves a desk that others use too. */
export async function forgetFiles(): Promise<void> {
  await inStore("readwrite", (store) => store.clear());
}

/** Does one thing in the store; `undefined` where the browser keeps nothing. */
async function inStore<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>) {
  try {
    const database = await opened();
    try {
      return await settled(work(database.transaction(STORE, mode).objectStore(STORE)));
    } finally {
      database.close();
    }
  } catch {
    return undefined;
  }
}

function opened(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return settled(request);
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
