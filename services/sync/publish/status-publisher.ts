import { SetAsidePlace, SetAsideService } from "../../../proto/gen/ecert/event/v1/set_aside_service_pb.ts";
import { ArchiveService } from "../../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import { CertificateState } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { RiceSet } from "../../domain/rice-set.ts";
import { hasService } from "../../host/place.ts";
import { rightTime } from "../../host/right-time.ts";
import type { Runtime } from "../../node/runtime.ts";
import { type CoveredNode, LISTED_STATES, type ListedState } from "../../statement/status-bundle.ts";
import { composeStatusBundle, listedNumber, omissionDay } from "../../trust/status-bundle.ts";
import type { Archive } from "../archive/archive.ts";
import type { StateBackfill } from "../archive/state-backfill.ts";
import { allBuckets } from "../compare/all-buckets.ts";
import type { SyncOptions } from "../options.ts";
import { linkedPeers } from "../wire/topology.ts";
import { type MadeAnew, madeAnew } from "./made-anew.ts";
import { inThread } from "./publish-thread.ts";

/** A published status bundle. */
export interface PublishedBundle {
  bytes: Uint8Array;
  /** RFC 3339, UTC: when it was begun, so that nothing issued later counts as covered. */
  builtAt: string;
}

/** Publishes which certificates are not in force. */
export type StatusPublisher = MadeAnew<PublishedBundle>;

const STATES = {
  suspended: CertificateState.SUSPENDED,
  revoked: CertificateState.REVOKED,
  superseded: CertificateState.SUPERSEDED,
} as const satisfies Record<ListedState, CertificateState>;

/** Records of one page: each is read for its validity, and no turn of the loop takes long. */
const PAGE = 200;
const RETRY_AFTER_MS = 30_000;

/**
 * Creates the publisher of a province. A bundle covers the nodes whose certificates the archive keeps, and what the province
 * itself issued, each by the digest over its certificates; those whose validity ended long before are left out. None is made
 * (`PEER_AWAY`, with advice) while old records cannot be found by their state yet: what is not listed counts as in force. What
 * cannot be read is counted in the head, and is listed where it is not in force as far as can be told. An identifier of which a second record
 * is known is listed among the suspended ones.
 */
export function createStatusPublisher(
  runtime: Runtime,
  archive: Archive,
  backfill: Pick<StateBackfill, "done">,
  options: SyncOptions,
): StatusPublisher {
  const { config, log } = runtime;
  const own = runtime.client(ArchiveService, "issue");
  const aside = runtime.client(SetAsideService, "issue");

  async function covered(): Promise<CoveredNode[]> {
    const nodes: CoveredNode[] = [];
    for (const { node } of linkedPeers(config)) {
      const { buckets, root } = await archive.digests.buckets(node);
      const records = buckets.reduce((sum, { count }) => sum + count, 0);
      const { count: unreadable } = await archive.unreadable(node);
      if (records + unreadable > 0) nodes.push({ node, records, root, unreadable });
    }
    if (!hasService(config, "issue")) return nodes;
    const { buckets, root } = await allBuckets(config.node.code, (page) =>
      own.listBuckets({ node: config.node.code, ...page }),
    );
    const records = buckets.reduce((sum, { count }) => sum + Number(count), 0);
    const unreadable = await ownUnreadable();
    if (records + unreadable > 0) nodes.push({ node: config.node.code, records, root, unreadable });
    return nodes;
  }

  /** Certificates of this node that its archive has set aside, having listed them just now. */
  async function ownUnreadable(): Promise<number> {
    let count = 0;
    for (let pageToken = ""; ; ) {
      const page = await aside.listSetAside({ pageSize: PAGE, pageToken });
      count += page.rows.filter(({ place }) => place === SetAsidePlace.ARCHIVE).length;
      pageToken = page.nextPageToken;
      if (pageToken === "") return count;
    }
  }

  /** Numbers of the certificates in a state that a bundle lists, hashed page by page: no turn of the loop takes long. */
  async function numbersOf(state: ListedState, salt: Uint8Array, exceptEndedBefore: string): Promise<bigint[]> {
    const found: bigint[] = [];
    const take = (identifiers: readonly string[]) => {
      for (const identifier of identifiers) found.push(listedNumber(salt, identifier));
    };
    for (let after: string | undefined = ""; after !== undefined; ) {
      const page = await archive.inState(state, { limit: PAGE, ...(after && { after }), exceptEndedBefore });
      take(page.identifiers);
      after = page.next;
    }
    // Which of two certificates stands, nobody can tell off-line: neither is in force.
    for (let after: string | undefined = ""; state === "suspended" && after !== undefined; ) {
      const page = await archive.forked({ limit: PAGE, ...(after && { after }), exceptEndedBefore });
      take(page.identifiers);
      after = page.next;
    }
    for (let pageToken = ""; hasService(config, "issue"); ) {
      const page = await own.listInState({ state: STATES[state], pageSize: PAGE, pageToken, exceptEndedBefore });
      take(page.identifiers);
      pageToken = page.nextPageToken;
      if (pageToken === "") break;
    }
    return found;
  }

  async function coded(state: ListedState, salt: Uint8Array, exceptEndedBefore: string): Promise<RiceSet> {
    const numbers = BigUint64Array.from(await numbersOf(state, salt, exceptEndedBefore));
    const answer = await inThread({ numbers }, [numbers.buffer]);
    if (!("set" in answer)) throw new Error("the thread gave no set");
    return answer.set;
  }

  async function make(): Promise<PublishedBundle> {
    if (!backfill.done) {
      const message = "records of the archive are still being completed by their states";
      throw new Refusal("PEER_AWAY", message, { retryAfterMs: RETRY_AFTER_MS });
    }
    await runtime.standing.require();
    const begun = rightTime(runtime);
    const builtAt = begun.toISOString();
    const omitsEndedBefore = omissionDay(begun);
    const nodes = await covered();
    const salt = runtime.randomBytes(16);
    const sets = {} as Record<ListedState, RiceSet>;
    for (const state of LISTED_STATES) sets[state] = await coded(state, salt, omitsEndedBefore);
    const head = { publisher: config.node.code, builtAt, omitsEndedBefore, nodes };
    const bytes = composeStatusBundle(head, sets, salt, (signed) => runtime.nodeKey.sign(signed));
    const counts = Object.fromEntries(LISTED_STATES.map((state) => [state, sets[state].count]));
    log.info({ bytes: bytes.length, ...counts }, "a status bundle was made");
    return { bytes, builtAt };
  }

  return madeAnew(options.statusBundleMs, runtime.monotonic, make);
}
