import type { ChainHead } from "../services/domain/hash-chain.ts";
import { Refusal } from "../services/domain/refusal.ts";
import type { IndexFile, SerialRow } from "./index-file.ts";

/** A serial that is taken for one message. */
export interface SerialClaim {
  /** The intent stands in the journal, as this entry: the serial is taken for ever. MUST be called in the journal's order. */
  confirm(entry: ChainHead): void;
  /** The intent could not be journalled: the serial is free again, unless others claim it for the same message. */
  release(): void;
}

/** One serial, one certificate: which message each (app, business serial) stands for. */
export interface SerialIndex {
  /**
   * Takes a serial for a message, at once: of two jobs in one turn the second is refused. Throws `SERIAL_REUSED` where it stands for
   * another message, or another serial has the identifier.
   */
  claim(row: SerialRow): SerialClaim;
  /** Writes what is confirmed. */
  flush(): void;
}

interface Taken {
  row: SerialRow;
  claims: number;
  confirmed: boolean;
}

/**
 * Makes the index over its file. What is confirmed is written behind the turn, all in one write: the journal has it already, and is read
 * again where the file lacks it. `onFault` is told where the file cannot be written; it is tried again with the next one.
 */
export function createSerialIndex(
  file: Pick<IndexFile, "bySerial" | "byIdentifier" | "add">,
  onFault: (error: unknown) => void,
): SerialIndex {
  const taken = new Map<string, Taken>();
  const owners = new Map<string, string>();
  let unwritten: Taken[] = [];
  let head: ChainHead | undefined;
  let flushing = false;

  function flushSoon(): void {
    if (!flushing) setImmediate(flushOrTell);
    flushing = true;
  }

  function flushOrTell(): void {
    flushing = false;
    try {
      flush();
    } catch (error) {
      onFault(error);
    }
  }

  function flush(): void {
    if (head === undefined || unwritten.length === 0) return;
    const batch = unwritten;
    file.add(
      batch.map(({ row }) => row),
      head,
    );
    unwritten = [];
    for (const { row, claims } of batch) if (claims === 0) forget(row);
  }

  function forget(row: SerialRow): void {
    taken.delete(keyOf(row));
    owners.delete(row.identifier);
  }

  function requireFree(row: SerialRow): void {
    const key = keyOf(row);
    const known = taken.get(key)?.row ?? file.bySerial(row.app, row.businessSerial);
    if (known && known.digest !== row.digest) throw reused(row, known);
    const owner = owners.get(row.identifier) ?? keyOf(file.byIdentifier(row.identifier) ?? row);
    if (owner !== key) throw otherOwner(row);
  }

  return {
    flush,
    claim(row) {
      requireFree(row);
      const key = keyOf(row);
      const one = taken.get(key) ?? { row, claims: 0, confirmed: false };
      one.claims++;
      taken.set(key, one);
      owners.set(row.identifier, key);
      return {
        confirm(entry) {
          one.claims--;
          head = entry;
          if (!one.confirmed) unwritten.push(one);
          one.confirmed = true;
          flushSoon();
        },
        release() {
          one.claims--;
          if (one.claims === 0 && !one.confirmed) forget(row);
        },
      };
    },
  };
}

function keyOf({ app, businessSerial }: Pick<SerialRow, "app" | "businessSerial">): string {
  return JSON.stringify([app, businessSerial]);
}

function reused({ app, businessSerial }: SerialRow, known: SerialRow): Refusal {
  const text = `metadata.businessSerial ${businessSerial}: this host has signed, or begun to sign, another message for it`;
  return new Refusal("SERIAL_REUSED", `${text}; new data need a new business serial`, {
    metadata: { member: "metadata.businessSerial", app, businessSerial, identifier: known.identifier },
  });
}

function otherOwner({ identifier, businessSerial }: SerialRow): Refusal {
  const text = `metadata.identifier ${identifier}: this host has signed, or begun to sign, it for another business serial`;
  return new Refusal("SERIAL_REUSED", `${text} than ${businessSerial}`, {
    metadata: { member: "metadata.identifier", identifier, businessSerial },
  });
}
