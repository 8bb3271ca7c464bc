import { BoundedMemory } from "../../base/bounded-memory.ts";
import type { CallContext } from "../../call/chain/service.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CertificateDocument } from "./certificate.ts";

/** Who looked at which certificate on screen. */
export interface Views {
  /**
   * Leaves a line of evidence, before the answer, that a member of staff sees `what` of a certificate (5.9.5); once in five minutes for each person, certificate and process, but
   * a code each time: to show it in full is an act of its own, and the page promises that it is recorded. Of systems, which read what they ordered, the call log tells.
   */
  seen(own: CertificateDocument, call: Pick<CallContext, "caller">, what: "data" | "face" | "code"): Promise<void>;
}

const AGAIN_MS = 300_000;
/** Views that a process remembers; of one that was forgotten another line is written. */
const REMEMBERED = 10_000;

/** Creates the memory of one process. */
export function createViews({ evidence, monotonic }: Pick<Runtime, "evidence" | "monotonic">): Views {
  const last = new BoundedMemory<string, number>(REMEMBERED);
  return {
    async seen(own, { caller }, what) {
      if (caller.kind !== "staff") return;
      const issuer = own.issuer === undefined ? {} : { issuer: own.issuer };
      const tell = () => evidence.append("certificate-viewed", { identifier: own._id, ...issuer, what });
      if (what === "code") return void (await tell());
      const key = `${caller.account} ${own._id} ${what}`;
      const before = last.get(key);
      if (before !== undefined && monotonic() - before < AGAIN_MS) return;
      await tell();
      last.renew(key, monotonic());
    },
  };
}
