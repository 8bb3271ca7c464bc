import type { SignedMark } from "../../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { begunAfter } from "../../base/begun-after.ts";
import { parseCertificateIdentifier } from "../../domain/certificate-identifier.ts";
import { Refusal } from "../../domain/refusal.ts";
import { nodeOfSerial } from "../../domain/serial-node.ts";
import { guardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { Page } from "../../store/port.ts";
import type { CertificateRepository } from "../record/repository.ts";
import { createLostRows, LOST_SIGNATURES, type LostSignature } from "./lost-rows.ts";

/**
 * Certificates that agents have signed and this node does not know: it was started from an older copy. While there are any of an issuer,
 * nothing of that issuer is made or issued, for what would be given out was given out before. Identifiers name their issuer, so those of
 * the other issuers cannot have been.
 */
export interface LostSignatures {
  /** An agent told what it began to sign last: what is not known here is put on the list, in evidence and log. */
  told(agent: string, recent: readonly SignedMark[]): Promise<void>;
  /**
   * Throws `NODE_BEHIND` while something of the issuer (its social credit code) is on the list, and never by a count from before the call:
   * who was told that a recovery has ended may order at once. A row whose key tells no issuer stops all.
   */
  require(issuer: string): Promise<void>;
  /** What is on the list, by identifier; what is known as signed by now has left it. */
  list(limit: number, after: string): Promise<Page<LostSignature>>;
  /** Gives up what is named and on the list; resolves to the number of what is left. */
  accept(identifiers: readonly string[], by: string): Promise<number>;
  /** How many are on the list, as of the last count. */
  total(): number;
  /** Sentences for whoever looks after the node. */
  notices(): string[];
  stop(): void;
}

/** Other replicas, and recoveries, change the list. */
const COUNT_MS = 5_000;
/** Identifiers of one hello that are looked at (contract of `Hello.recent`). */
const RECENT = 256;
/** Elements that are compared with the archive at a time. */
const PAGE = 500;

/** Issuer of rows whose key tells none. */
const ANY = "";

/** Opens the list, and keeps its count. */
export async function openLostSignatures(
  runtime: Runtime,
  { stored: certificates }: Pick<CertificateRepository, "stored">,
): Promise<LostSignatures> {
  const { store, setAside, evidence, log, metrics, now, config } = runtime;
  const collection = await store.collection<LostSignature>(LOST_SIGNATURES);
  const rows = guardedCollection({ collection, setAside, place: "store", source: LOST_SIGNATURES.name, check });
  const put = createLostRows(runtime, collection);
  let open: ReadonlyMap<string, number> = new Map();
  let begun = 0;
  let newest = 0;

  const total = () => [...open.values()].reduce((sum, one) => sum + one, 0);

  /** Counts anew. Of counts that run side by side the one that began last stands. */
  async function refresh(): Promise<void> {
    begun += 1;
    const turn = begun;
    const counted = await leftOpen();
    if (turn < newest) return;
    newest = turn;
    open = counted;
    metrics.gauge("lost_signatures", total());
  }

  /**
   * Takes off the list what is known as signed, as what a recovery has brought back is, and counts the rest by issuer. An intent that a
   * replica stored under a lost identifier, before it had counted, makes nothing known.
   */
  async function leftOpen(): Promise<Map<string, number>> {
    const left = new Map<string, number>();
    for (let after: string | undefined; ; ) {
      const page = { index: "open", equals: [1], limit: PAGE, ...(after !== undefined && { after }) };
      const { items, next } = await collection.query(page);
      const known = await certificates.getMany(items.map(({ _id }) => _id));
      for (const [index, { _id: identifier, revision }] of items.entries()) {
        if (known[index]?.signed && (await collection.remove(identifier, revision))) {
          log.info({ identifier }, "a signature that was lost is known again");
          continue;
        }
        const issuer = issuerOf(identifier) ?? ANY;
        left.set(issuer, (left.get(issuer) ?? 0) + 1);
      }
      if (next === undefined) return left;
      after = next;
    }
  }

  const counted = begunAfter(refresh);
  const of = (issuer: string) => (open.get(issuer) ?? 0) + (open.get(ANY) ?? 0);

  // A store that is away is told by the service's readiness.
  const timer = setInterval(() => refresh().catch(() => {}), COUNT_MS).unref();
  await refresh();

  return {
    async told(agent, recent) {
      const own = recent.slice(0, RECENT).filter(({ identifier }) => nodeOf(identifier) === config.node.code);
      const identifiers = own.map(({ identifier }) => identifier);
      if (own.length === 0) return;
      const [known, listed] = await Promise.all([certificates.getMany(identifiers), collection.getMany(identifiers)]);
      const lost = own.filter((_, index) => !known[index] && !listed[index]);
      if (lost.length > 0) await put(agent, lost, identifiers);
      await refresh();
    },
    async require(issuer) {
      if (of(issuer) === 0) return;
      await counted();
      const count = of(issuer);
      if (count > 0) throw behind(issuer, count);
    },
    async list(limit, after) {
      await refresh();
      return rows.query({ index: "open", equals: [1], limit, ...(after && { after }) });
    },
    async accept(identifiers, by) {
      await evidence.append("lost-signatures-given-up", { by, identifiers: [...identifiers] });
      // Unguarded: a row that cannot be read can be given up all the same.
      for (const row of await collection.getMany(identifiers)) {
        if (row?.open === undefined) continue;
        const { open: _, ...rest } = row;
        const accepted = { ...rest, acceptedAt: now().toISOString(), acceptedBy: by };
        if (!(await collection.replace(accepted))) {
          throw new Refusal("REVISION_CONFLICT", `${row._id} was changed meanwhile: repeat`, { retryAfterMs: 500 });
        }
      }
      await refresh();
      return total();
    },
    total,
    notices: () => (total() > 0 ? [`${total()} certificates that agents have signed are not known here`] : []),
    stop: () => clearInterval(timer),
  };
}

/** Node of an identifier's serial; agents may have served another node before, or sign what was made while serials were counted. */
function nodeOf(identifier: string): string | undefined {
  try {
    return nodeOfSerial(parseCertificateIdentifier(identifier).serial);
  } catch {
    return undefined;
  }
}

function issuerOf(identifier: string): string | undefined {
  try {
    return parseCertificateIdentifier(identifier).issuer;
  } catch {
    return undefined;
  }
}

function check({ agent, entry, since }: LostSignature): void {
  const whole = typeof agent === "string" && Number.isSafeInteger(entry) && typeof since === "string";
  if (!whole) throw new Refusal("RECORD_UNREADABLE", "a lost signature is not whole");
}

function behind(issuer: string, count: number): Refusal {
  const what = `${count} certificates of ${issuer} that agents have signed are not known here`;
  const description = `${what}: this node was started from an older copy`;
  const remedy = "its operator runs `ecert recover`; what nobody has is given up with `ecert lost accept`";
  return new Refusal("NODE_BEHIND", `${description}; ${remedy}`, {
    fields: [
      {
        field: "",
        description,
        remedy,
        localized: `签名代理已为${issuer}签署的${count}个证照在本系统没有记录：本系统是较旧的副本，请运维执行ecert recover；确无人持有的用ecert lost accept放弃`,
      },
    ],
    metadata: { issuer, lost: String(count) },
  });
}
