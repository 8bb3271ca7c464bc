import type { Runtime } from "../../node/runtime.ts";
import { insertNew } from "../../store/insert-new.ts";
import type { Page } from "../../store/port.ts";
import type { Archive } from "../archive/archive.ts";
import type { ArchivedCertificate } from "../archive/archived-certificate.ts";
import type { ForkNotes } from "../archive/fork-notes.ts";
import { type Fork, isGraver } from "../archive/keep-record.ts";
import { isReadable } from "../archive/stored-record.ts";
import type { ForksTold } from "../standing/standing.ts";
import { asArchived, type ForkDocument, isLost, sideOf, withOne } from "./fork-record.ts";
import { createForkRows } from "./fork-rows.ts";

/**
 * Certificates of which a second record under the same identifier came that holds as well: their node was started from an older copy of
 * itself. Both are kept, one of them in the archive, and neither is shown as valid without saying so until an operator has decided.
 */
export interface Forks extends ForkNotes {
  /** Whether a certificate with this data message was decided against. */
  isLost(identifier: string, messageSha256: string): Promise<boolean>;
  /** What a node is told: at most {@link FORKS_TOLD} of each kind, the oldest. What cannot be read of the archive names no record that stands. */
  of(node: string): Promise<ForksTold>;
  /** Certificates of a node about which nobody has decided yet. */
  count(node: string): number;
  /** Those about which nobody has decided yet, oldest first, each with the archived record as it is now; a page. */
  list(limit: number, after: string, newestFirst?: boolean): Promise<Page<ForkDocument>>;
  /** The same of one; `undefined` where none is known or what is kept of it cannot be read. */
  get(identifier: string): Promise<ForkDocument | undefined>;
  /** Replaces what is kept of a fork, and counts anew. */
  replace(document: ForkDocument): Promise<void>;
  /** Lines of `/readyz`. */
  notices(): string[];
}

/** Forks of one node about which nobody has decided, at most. */
export const NODE_FORKS = 20_000;
/** Identifiers of either kind that a node is told at most. */
export const FORKS_TOLD = 1_000;

/** Opens what is known of forks. `most` are kept of one node. */
export async function openForks(
  runtime: Runtime,
  archive: Archive,
  nodes: readonly string[],
  most = NODE_FORKS,
): Promise<Forks> {
  const { log, evidence, metrics } = runtime;
  const rows = await createForkRows(runtime, nodes);

  const withArchived = async (row: ForkDocument) => asArchived(row, await archive.stored(row._id));

  /** `false` where there is no room for it. */
  async function remember(row: ForkDocument | undefined, fork: Fork, since: string, sides: Sides): Promise<boolean> {
    const { stands, other } = sides;
    const { _id: identifier, node } = fork.found;
    const told = {
      identifier,
      node,
      kind: fork.forked,
      why: fork.why,
      kept: stands.payloadSha256,
      other: other.payloadSha256,
    };
    const members = { kept: sideOf(stands), other: sideOf(other), ...(await rows.content(other)) };
    if (row?.stage === "open") {
      await renew(row, members);
      return true;
    }
    if (rows.count(node) >= most) {
      metrics.count("forks_dropped", { peer: node });
      log.warn(told, "a second record came, and the list of those is full: settle some");
      return false;
    }
    await evidence.append("archive-fork", told);
    const { lost = [], revision = 1 } = (await rows.stored(identifier)) ?? {};
    const fresh: ForkDocument = {
      ...{ _id: identifier, revision, node, since, kind: fork.forked, stage: "open" },
      ...{ ...members, further: [], lost: row ? lost : [] },
    };
    if (!(await insertNew(rows, fresh))) await rows.replace(fresh);
    log.error(told, "a second record under one identifier holds as well: the archive shows neither as valid");
    await rows.refresh();
    return true;
  }

  /** The other certificate one revision later, or a third one, which is only counted. */
  async function renew(
    row: ForkDocument,
    { other, ...members }: Pick<ForkDocument, "kept" | "other" | "record" | "held">,
  ) {
    const { sha256 } = other;
    if (sha256 === row.other.sha256 || row.further.includes(sha256)) return;
    if (other.fixedDigest !== row.other.fixedDigest)
      await rows.replace({ ...row, further: withOne(row.further, sha256) });
    else if (other.recordRevision > row.other.recordRevision) {
      const { record: _, held: __, ...bare } = row;
      await rows.replace({ ...bare, ...members, other });
    }
  }

  async function ended(row: ForkDocument, members: Partial<ForkDocument>): Promise<void> {
    const { record: _, held: __, ...bare } = row;
    await rows.replace({ ...bare, ...members, stage: "settled" });
    await rows.refresh();
  }

  return {
    async note(fork) {
      const { found, document } = fork;
      const row = await rows.get(found._id);
      if (row && isLost(row, fork)) {
        const { _id: identifier, node, recordRevision: revision, payloadSha256: sha256 } = document;
        await evidence.append("archive-fork-lost", { identifier, node, revision, sha256 });
        return "settled";
      }
      const graver = fork.forked === "history" && isGraver(document, found);
      const since = row?.stage === "open" ? row.since : runtime.now().toISOString();
      const sides = graver ? { stands: document, other: found } : { stands: found, other: document };
      const kept = await remember(row, fork, since, sides);
      // What gives way must be kept: nobody could decide for it.
      const exchanged = graver && kept;
      if (exchanged) await archive.put({ ...document, forkedSince: since }, found);
      else await archive.mark(found._id, since);
      return exchanged ? "graver" : "open";
    },
    async followed({ _id, node }) {
      if (rows.told(node) === 0) return;
      const row = await rows.get(_id);
      if (row?.stage === "told") await ended(row, {});
    },
    async displaced(former) {
      const row = former.forkedSince === undefined ? undefined : await rows.get(former._id);
      if (row?.stage === "open") await ended(row, { lost: withOne(row.lost, sideOf(former)) });
    },
    async isLost(identifier, messageSha256) {
      return (await rows.get(identifier))?.lost.some((one) => one.messageSha256 === messageSha256) ?? false;
    },
    async of(node) {
      const { told, ...shown } = await rows.shown(node, FORKS_TOLD);
      const settled: ForksTold["settled"] = [];
      for (const identifier of told) {
        const archived = await archive.stored(identifier);
        if (archived && isReadable(archived)) settled.push({ identifier, sha256: archived.payloadSha256 });
      }
      return { ...shown, settled };
    },
    count: (node) => rows.count(node),
    async list(limit, after, newestFirst = false) {
      const page = await rows.list(limit, after, newestFirst);
      return { ...page, items: await Promise.all(page.items.map(withArchived)) };
    },
    async get(identifier) {
      const row = await rows.get(identifier);
      return row && withArchived(row);
    },
    async replace(document) {
      await rows.replace(document);
      await rows.refresh();
    },
    notices() {
      const counted = nodes.map((node) => [node, rows.count(node)] as const).filter(([, count]) => count > 0);
      if (counted.length === 0) return [];
      return [`certificates with a second record: ${counted.map(([node, count]) => `${node} ${count}`).join(", ")}`];
    },
  };
}

interface Sides {
  stands: ArchivedCertificate;
  other: ArchivedCertificate;
}
