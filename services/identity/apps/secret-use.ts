import { shanghaiDay } from "../../domain/civil-date.ts";
import type { GuardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import type { AppDocument } from "./app-record.ts";
import { secretsOf } from "./app-secrets.ts";

/** Keeps on which day each secret of an app last gave a token here, so that an operator sees whether an old one is still needed. */
export interface SecretUses {
  /** Notes a use; nobody waits for it, and what cannot be stored is only logged: the next process or day notes it again. */
  note(document: AppDocument, hash: string, at: Date): void;
  /** Resolves once what was noted is stored. */
  settled(): Promise<void>;
}

/** Creates the notes of one process. A day is written once for each secret, so a token costs no write. */
export function createSecretUses(
  context: () => { runtime: Runtime; apps: GuardedCollection<AppDocument> },
): SecretUses {
  const writing = new Map<string, Promise<unknown>>();

  function noted(document: AppDocument | undefined, hash: string, day: string): AppDocument | undefined {
    const place = document ? secretsOf(document).findIndex((secret) => secret.hash === hash) : -1;
    if (!document || place < 0) return undefined;
    const which = place === 0 ? "newest" : "former";
    if ((document.secretUse?.[which] ?? "") >= day) return undefined;
    return { ...document, secretUse: { ...document.secretUse, [which]: day } };
  }

  return {
    note(document, hash, at) {
      const day = shanghaiDay(at);
      if (writing.has(hash) || !noted(document, hash, day)) return;
      const { apps, runtime } = context();
      const stored = changeStored(apps, document._id, (old) => noted(old, hash, day))
        .catch((error: unknown) =>
          runtime.log.warn({ app: document.key, error: String(error) }, "the use of a secret could not be noted"),
        )
        .finally(() => writing.delete(hash));
      writing.set(hash, stored);
    },
    async settled() {
      await Promise.all(writing.values());
    },
  };
}
