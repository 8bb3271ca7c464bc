import { Refusal } from "../services/domain/refusal.ts";

/** A confirmation by which an order was signed, or begun to be: which security key, and what its counter was. */
export interface UsedConfirmation {
  /** Digest (hex) of the assertion. */
  assertion: string;
  /** Credential id, Base64url. */
  credential: string;
  counter: number;
}

/** What the file beside the journal tells of them. */
export interface ConfirmationFile {
  /** Whether orders were signed by this assertion before. */
  knowsAssertion(assertion: string): boolean;
  /** Highest counter that was seen of a security key; 0 where it has none or was not seen. */
  counterOf(credential: string): number;
}

/** Which counters were seen, those of jobs that are not in the file yet included. */
export interface ConfirmationIndex {
  /**
   * Holds the counter of a confirmation (WebAuthn Level 2, 7.2 step 21): one that was not seen before must have a higher one than all that
   * were seen of its security key, unless that counts nothing. Throws `ORIGIN_INVALID`. The other orders of a list come with the same assertion, and the same
   * order again after a crash does: they are let through.
   */
  claim(used: UsedConfirmation): void;
  /** The intent stands in the journal. */
  confirm(used: UsedConfirmation): void;
  /** It could not be journalled: as if it had not been seen, unless others claim it. */
  release(used: UsedConfirmation): void;
  /** What is to be written. */
  unwritten(): UsedConfirmation[];
  /** These are in the file now. */
  written(these: readonly UsedConfirmation[]): void;
}

interface Claimed {
  used: UsedConfirmation;
  claims: number;
  confirmed: boolean;
}

/** Makes the index over its file. */
export function createConfirmationIndex(file: ConfirmationFile): ConfirmationIndex {
  const claimed = new Map<string, Claimed>();

  function highest(credential: string): number {
    const here = [...claimed.values()].filter(({ used }) => used.credential === credential);
    return Math.max(file.counterOf(credential), ...here.map(({ used }) => used.counter));
  }

  function forgetIdle(one: Claimed): void {
    if (one.claims === 0 && !one.confirmed) claimed.delete(one.used.assertion);
  }

  return {
    claim(used) {
      const { assertion, credential, counter } = used;
      const known = claimed.get(assertion);
      if (!known && !file.knowsAssertion(assertion)) {
        const last = highest(credential);
        if ((counter > 0 || last > 0) && counter <= last) throw notGrown(used, last);
      }
      const one = known ?? { used, claims: 0, confirmed: false };
      one.claims++;
      claimed.set(assertion, one);
    },
    confirm({ assertion }) {
      const one = claimed.get(assertion);
      if (!one) return;
      one.claims--;
      one.confirmed = true;
    },
    release({ assertion }) {
      const one = claimed.get(assertion);
      if (!one) return;
      one.claims--;
      forgetIdle(one);
    },
    unwritten: () => [...claimed.values()].filter(({ confirmed }) => confirmed).map(({ used }) => used),
    written(these) {
      for (const { assertion } of these) {
        const one = claimed.get(assertion);
        if (!one) continue;
        one.confirmed = false;
        forgetIdle(one);
      }
    },
  };
}

function notGrown({ credential, counter }: UsedConfirmation, last: number): Refusal {
  const field = "confirmation.authenticator_data.counter";
  const description = `is ${counter}, and ${last} was seen of this security key: it was used before, or there is a copy of the key`;
  const remedy = "have the officer confirm anew; where that is refused too, take the security key out of the list";
  return new Refusal("ORIGIN_INVALID", `${field} ${description}`, {
    metadata: { member: field, credential, counter: String(counter), seen: String(last) },
    fields: [
      {
        field,
        description,
        remedy,
        localized: `计数为${counter}，而此前已见${last}，确认已用过或密钥被复制；请重新确认，仍被拒绝时将该密钥移出名单`,
      },
    ],
  });
}
