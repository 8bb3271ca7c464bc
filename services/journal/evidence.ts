import { join } from "node:path";
import type { JsonObject } from "../domain/canonical.ts";
import { Refusal } from "../domain/refusal.ts";
import { openJournal } from "./journal.ts";

/** The evidence chain (证据链) of this service process: append-only, hash-chained. */
export interface Evidence {
  /** Resolves when the entry is durable on disk. Throws `STORE_FULL` or `INTERNAL`. */
  append(kind: string, body: JsonObject): Promise<void>;
}

/** The evidence chain of one service process, with its life cycle. */
export interface OpenEvidence extends Evidence {
  /** Throws the refusal that ended the journal for good, if one has. */
  check(): void;
  close(): Promise<void>;
}

/** Opens `<dataDirectory>/evidence/<service>-<replica>`; one process at a time may have it open (`STATE_CONFLICT`). */
export async function openEvidence(
  dataDirectory: string,
  service: string,
  replica: string,
  now: () => Date,
): Promise<OpenEvidence> {
  const directory = join(dataDirectory, "evidence", `${service}-${replica}`);
  const journal = await openJournal({ directory, name: "evidence", now });
  let fault: Refusal | undefined;
  return {
    async append(kind, body) {
      try {
        await journal.append(kind, body);
      } catch (error) {
        // Every other failure passes; after this one the journal refuses all that follows.
        if (error instanceof Refusal && error.reason === "STORE_AWAY") fault = error;
        throw error;
      }
    },
    check() {
      if (fault) throw fault;
    },
    close: () => journal.close(),
  };
}
