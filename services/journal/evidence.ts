import { join } from "node:path";
import type { JsonObject } from "../domain/canonical.ts";
import type { ChainEntry } from "../domain/hash-chain.ts";
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

/** How an evidence chain is kept, beside where. */
export interface EvidenceOptions {
  now: () => Date;
  /** What is told in each line beside its body, as its member `call`. */
  call?: () => JsonObject | undefined;
  /** Told of each line once it is durable, in their order. */
  onEntry?: (entry: ChainEntry) => void;
}

/** Name of the journal in its folder. */
export const EVIDENCE = "evidence";

/** Folder of the evidence of one service process. */
export function evidenceDirectory(dataDirectory: string, service: string, replica: string): string {
  return join(dataDirectory, "evidence", `${service}-${replica}`);
}

/** Opens the journal in an {@link evidenceDirectory}; one process at a time may have it open (`STATE_CONFLICT`). */
export async function openEvidence(
  directory: string,
  { now, call = () => undefined, onEntry = () => undefined }: EvidenceOptions,
): Promise<OpenEvidence> {
  const journal = await openJournal({ directory, name: EVIDENCE, now });
  let fault: Refusal | undefined;
  return {
    async append(kind, body) {
      try {
        const by = call();
        onEntry(await journal.append(kind, by ? { ...body, call: by } : body));
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
