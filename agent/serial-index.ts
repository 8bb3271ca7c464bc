import type { ChainHead } from "../services/domain/hash-chain.ts";
import { Refusal } from "../services/domain/refusal.ts";
import { createConfirmationIndex, type UsedConfirmation } from "./confirmation-index.ts";
import type { IndexFile } from "./index-file.ts";
import type { SerialRow, SignedOfDay } from "./index-rows.ts";

/** A serial that is taken for one message. */
export interface SerialClaim {
  /** The intent stands in the journal, as this entry: the serial is taken for ever. MUST be called in the journal's order. */
  confirm(entry: ChainHead): void;
  /** The intent could not be journalled: the serial is free again, unless others claim it for the same message. */
  release(): void;
}

/** One serial, one certificate, and on each day one message of it: which message each (app, business serial) stands for. */
export interface SerialIndex {
  /**
   * Takes a serial for a message, at once: of two jobs in one turn the second is refused. Throws `SERIAL_REUSED` where it stands for
   * another message, or another serial has the identifier; `POLICY_REFUSED` with the rule `signed-today` where another message of the
   * same certificate was taken for that day, or for a later one, and the policy has put nothing else on it since; `ORIGIN_INVALID` where the
   * counter of the officer's security key, by whose confirmation it was ordered, has not grown.
   */
  claim(row: SerialRow, confirmation?: UsedConfirmation): SerialClaim;
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
  file: Pick<IndexFile, "bySerial" | "byIdentifier" | "add" | "knowsAssertion" | "counterOf">,
  onFault: (error: unknown) => void,
): SerialIndex {
  const taken = new Map<string, Taken>();
  const owners = new Map<string, string>();
  const confirmations = createConfirmationIndex(file);
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
    const used = confirmations.unwritten();
    file.add(
      batch.map(({ row }) => row),
      head,
      used,
    );
    confirmations.written(used);
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
    if (known?.latest && row.latest && !mayFollow(row.latest, known.latest)) throw signedToday(row, known.latest);
  }

  return {
    flush,
    claim(row, confirmation) {
      requireFree(row);
      if (confirmation) confirmations.claim(confirmation);
      const key = keyOf(row);
      const one = taken.get(key) ?? { row, claims: 0, confirmed: false };
      one.claims++;
      // Also where this claim comes to nothing: then only this message is free on that day, which the core has stored.
      if (row.latest) one.row = { ...one.row, latest: row.latest };
      taken.set(key, one);
      owners.set(row.identifier, key);
      return {
        confirm(entry) {
          one.claims--;
          head = entry;
          one.row = { ...one.row, entry: entry.n };
          if (!unwritten.includes(one)) unwritten.push(one);
          if (confirmation) confirmations.confirm(confirmation);
          one.confirmed = true;
          flushSoon();
        },
        release() {
          if (confirmation) confirmations.release(confirmation);
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

/**
 * The same message again, as after a crash; one of a later day; or one on which this host's policy has put another seal or picture since.
 * All else a core could choose: the second of the day, and the node's signature in the QR code.
 */
function mayFollow(next: SignedOfDay, last: SignedOfDay): boolean {
  if (next.message === last.message || next.day > last.day) return true;
  return next.day === last.day && next.shown !== last.shown;
}

function signedToday({ businessSerial }: SerialRow, { day, message }: SignedOfDay): Refusal {
  const member = "metadata.preparedAt";
  const why = `this host has signed, or begun to sign, another message for ${businessSerial} on ${day}, with SHA-256 ${message}`;
  const remedy = "send that one, or make it anew on a later day";
  return new Refusal("POLICY_REFUSED", `${member}: ${why}; ${remedy}`, {
    metadata: { member, rule: "signed-today", businessSerial, day },
    fields: [
      {
        field: member,
        description: why,
        remedy,
        localized: `本机已于${day}为该业务流水号签署另一份数据，请提交那一份，或改日重新制作`,
      },
    ],
  });
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
