import type { DatabaseSync } from "node:sqlite";

/** What an order became: one certificate, for ever. */
export interface SerialRow {
  app: string;
  businessSerial: string;
  /** {@link messageDigest} of its data message; empty where an earlier version of this program signed it without telling. */
  digest: string;
  identifier: string;
  /** The message of its latest day; absent where an earlier version of this program signed it without telling. */
  latest?: SignedOfDay | undefined;
  /** Number of the journal entry of its latest intent, where that is to be remembered: see `IndexFile.recent`. */
  entry?: number | undefined;
}

/** The message that was signed, or begun to be signed, for a serial on the latest day. */
export interface SignedOfDay {
  /** Day in Shanghai that the message tells (电子签发时间), `yyyy-MM-dd`. */
  day: string;
  /** SHA-256 of the message, hex. */
  message: string;
  /** What the policy of this host has put on it: seal, picture, electronic seal. */
  shown: string;
}

/**
 * What became of orders. An agent keeps a row of it for ever, so digests are 32 bytes and not their 64 letters, and what many rows say alike (the app,
 * the item and unit in an identifier, what the policy shows) stands once in `texts`.
 */
export const ROWS_SCHEMA = `
  CREATE TABLE IF NOT EXISTS texts (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
  CREATE TABLE IF NOT EXISTS orders (app INTEGER, serial TEXT, digest BLOB, place INTEGER, number TEXT, day TEXT, message BLOB, shown INTEGER,
    PRIMARY KEY (app, serial)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS orderNumbers ON orders (number, place);
`;

/** The rows of the index: see `IndexFile`. */
export interface OrderRows {
  bySerial(app: string, businessSerial: string): SerialRow | undefined;
  byIdentifier(identifier: string): SerialRow | undefined;
  /** Stores a row; one that is there stays, but for its latest day. */
  put(row: SerialRow): void;
}

/** A row as it is stored, its texts put back. */
interface Stored {
  app: string;
  serial: string;
  digest: Uint8Array | string;
  place: string;
  number: string;
  day: string | null;
  message: Uint8Array | string;
  shown: string;
}

/** Opens the rows in a file that has {@link ROWS_SCHEMA}. */
export function openOrderRows(db: DatabaseSync): OrderRows {
  const select = `SELECT apps.text AS app, serial, digest, places.text AS place, number, day, message, showns.text AS shown FROM orders
    JOIN texts AS apps ON apps.id = app JOIN texts AS places ON places.id = place LEFT JOIN texts AS showns ON showns.id = shown`;
  const idOf = "(SELECT id FROM texts WHERE text = ?)";
  const bySerial = db.prepare(`${select} WHERE app = ${idOf} AND serial = ?`);
  const byIdentifier = db.prepare(`${select} WHERE number = ? AND place = ${idOf}`);
  const keepText = db.prepare("INSERT OR IGNORE INTO texts (text) VALUES (?)");
  const insert = db.prepare(
    `INSERT INTO orders (app, serial, digest, place, number, day, message, shown) VALUES (${idOf}, ?, ?, ${idOf}, ?, ?, ?, ${idOf})
       ON CONFLICT (app, serial) DO UPDATE SET day = excluded.day, message = excluded.message, shown = excluded.shown
       WHERE excluded.day IS NOT NULL AND (orders.day IS NULL OR excluded.day >= orders.day)`,
  );

  return {
    bySerial: (app, businessSerial) => rowOf(bySerial.get(app, businessSerial) as Stored | undefined),
    byIdentifier(identifier) {
      const { place, number } = partsOf(identifier);
      return rowOf(byIdentifier.get(number, place) as Stored | undefined);
    },
    put({ app, businessSerial, digest, identifier, latest }) {
      const { place, number } = partsOf(identifier);
      for (const text of [app, place, ...(latest ? [latest.shown] : [])]) keepText.run(text);
      const { day, message, shown } = latest ?? {};
      const packed = message === undefined ? null : packDigest(message);
      insert.run(app, businessSerial, packDigest(digest), place, number, day ?? null, packed, shown ?? null);
    },
  };
}

const DIGEST = /^[0-9a-f]{64}$/;

/** A digest in hex as its bytes; anything else, as the empty digest of earlier programs, as it is. */
export function packDigest(text: string): Uint8Array | string {
  return DIGEST.test(text) ? Buffer.from(text, "hex") : text;
}

function unpackDigest(packed: Uint8Array | string): string {
  return typeof packed === "string" ? packed : Buffer.from(packed).toString("hex");
}

/** An identifier in what all of an item and unit have alike, and number, version and check mark. */
function partsOf(identifier: string): { place: string; number: string } {
  const number = identifier.split(".").slice(-3).join(".");
  return { place: identifier.slice(0, identifier.length - number.length), number };
}

function rowOf(stored: Stored | undefined): SerialRow | undefined {
  if (!stored) return undefined;
  const { app, serial, digest, place, number, day, message, shown } = stored;
  const row = { app, businessSerial: serial, digest: unpackDigest(digest), identifier: place + number };
  return day === null ? row : { ...row, latest: { day, message: unpackDigest(message), shown } };
}
