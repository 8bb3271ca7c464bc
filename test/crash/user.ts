import { setTimeout as pause } from "node:timers/promises";
import type { CatalogFile } from "../../ops/trial/catalog-files.ts";
import { contextFor } from "../../ops/trial/connect.ts";
import { CertificateState } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { type Connector, Verdict } from "../../services/client/index.ts";
import type { Faults } from "./faults.ts";
import type { Issuer } from "./load.ts";

/** What the issuer's acknowledged state must look like in another city. */
const VERDICTS: Partial<Record<CertificateState, Verdict>> = {
  [CertificateState.ISSUED]: Verdict.VALID,
  [CertificateState.SUSPENDED]: Verdict.SUSPENDED,
  [CertificateState.REVOKED]: Verdict.REVOKED,
  [CertificateState.SUPERSEDED]: Verdict.SUPERSEDED,
};

/** An app in another city that verifies what the issuers' apps were told is issued. */
export interface User {
  /** Verdicts that were as acknowledged, and those that came from the province's archive, which may be behind. */
  readonly counts: { right: number; standBy: number };
  /** Verdicts that contradict what was acknowledged. */
  readonly wrong: readonly string[];
  finish(): Promise<void>;
}

/** Starts to verify certificates of one item, one after the other, with a code for a few each. */
export function startUser(options: {
  connector: Connector;
  file: CatalogFile;
  /** Apps that issue certificates of that item. */
  issuers: readonly Issuer[];
  next: () => number;
  faults: Faults;
}): User {
  const { connector, file, issuers, next, faults } = options;
  const counts = { right: 0, standBy: 0 };
  const wrong: string[] = [];
  let stopping = false;

  async function verifyOne(session: ReturnType<Connector["use"]>): Promise<void> {
    const all = issuers.flatMap(({ acknowledged }) => [...acknowledged.values()]);
    const one = all[Math.floor(next() * all.length)];
    if (!one || one.changing) return;
    const { state, answer } = one;
    try {
      const { verdict, standBy } = await session.verify(answer.identifier);
      if (one.changing || one.state !== state) return;
      if (verdict === VERDICTS[state]) counts.right += 1;
      else if (standBy && verdict !== Verdict.SIGNATURE_BAD) counts.standBy += 1;
      else wrong.push(`${answer.identifier}: verdict ${verdict} for state ${state}`);
    } catch (error) {
      faults.note(`verify ${answer.identifier}`, error);
    }
  }

  async function work(): Promise<void> {
    for (let business = 0; !stopping; business++) {
      const session = connector.use(contextFor(file, `crash-${business}`, new Date()));
      for (let count = 0; count < 10 && !stopping; count++) {
        await verifyOne(session);
        await pause(150);
      }
    }
  }

  const working = work();
  working.catch(() => {});
  return {
    counts,
    wrong,
    async finish() {
      stopping = true;
      await working;
    },
  };
}
