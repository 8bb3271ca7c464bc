import { toBinary } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import { CertificateRecordSchema } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { ExchangeService } from "../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { sha256Hex } from "../domain/canonical.ts";
import { diffBuckets } from "../domain/merkle.ts";
import { Refusal } from "../domain/refusal.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { allBuckets } from "./all-buckets.ts";
import type { Archive } from "./archive.ts";
import type { ListedDigest } from "./archive-digests.ts";
import type { Intake } from "./intake.ts";
import { listed } from "./listed.ts";
import { safe } from "./signed-event.ts";

/** Outcome of a comparison. */
export interface Comparison {
  /** Equal by digest, after the repair. */
  equal: boolean;
  repaired: number;
  /** Digest over the issuer's own archive. */
  root: string;
  /** Certificates at the issuer. */
  records: number;
  /** Certificates of the node in this archive that cannot be read, after the repair. They are left out of the digest. */
  unreadable: number;
}

/** Compares the archive's copy of a node with the node's own and repairs what is missing (4.6.2). */
export interface Compare {
  /**
   * Throws `PEER_AWAY` where the node cannot be asked, `TOO_LARGE` where it lists more than is read, `DEADLINE_EXCEEDED` after an hour:
   * what was repaired until then stays, and the next comparison goes on. One comparison per node runs at a time; a second joins it.
   */
  with(node: string, signal: AbortSignal): Promise<Comparison>;
}

/** What comparing works with. */
export interface CompareParts {
  runtime: Runtime;
  archive: Archive;
  intake: Intake;
  /** Called when the archives were found equal. */
  settled: (node: string) => Promise<void>;
  /** Milliseconds that one comparison may take. Default: an hour. */
  longestMs?: number;
}

/** While a node goes on issuing, its root moves: so many rounds are made before the answer is "not equal". */
const ROUNDS = 3;
const PAGE = 200;
/** Records of one day of one node that are read, 100 MB of memory or so, and the pages that they may come in. */
export const RECORDS = 500_000;
const PAGES = 10_000;
/** As long as the contract lets an identifier be. */
const IDENTIFIER_LENGTH = 128;
const LONGEST_MS = 3_600_000;

/** Creates the comparison. */
export function createCompare({ runtime, archive, intake, settled, longestMs = LONGEST_MS }: CompareParts): Compare {
  const running = new Map<string, Promise<Comparison>>();
  const { log, evidence } = runtime;

  async function compare(node: string, signal: AbortSignal): Promise<Comparison> {
    const exchange = runtime.client(ExchangeService, { peer: node, service: "sync" });
    let repaired = 0;
    // What cannot be read here may have the right digest still: the comparison would not find it.
    for (const identifier of (await archive.unreadable(node)).keys)
      if (await repair(exchange, node, identifier, signal)) repaired += 1;
    for (let round = 1; ; round++) {
      const theirs = await allBuckets(node, (page) => exchange.listBucketsAcross(page, { signal }));
      const ours = await archive.digests.buckets(node);
      const equal = theirs.root === ours.root;
      if (equal) await settled(node);
      if (equal || round > ROUNDS) {
        const records = theirs.buckets.reduce((sum, { count }) => sum + safe(count), 0);
        const { count: unreadable } = await archive.unreadable(node);
        const outcome = { equal, repaired, root: theirs.root, records, unreadable };
        if (!equal || repaired > 0) await evidence.append("archive-compared", { node, ...outcome, own: ours.root });
        return outcome;
      }
      for (const bucket of diffBuckets(named(ours.buckets), named(theirs.buckets)))
        repaired += await repairBucket(exchange, node, bucket, signal);
    }
  }

  /** A node that answers slowly, or on and on, ends its own comparison. */
  async function inTime(node: string, signal: AbortSignal): Promise<Comparison> {
    const late = AbortSignal.timeout(longestMs);
    try {
      return await compare(node, AbortSignal.any([signal, late]));
    } catch (error) {
      if (!late.aborted || signal.aborted) throw error;
      const message = `the comparison with node ${node} takes longer than ${longestMs} ms`;
      throw new Refusal("DEADLINE_EXCEEDED", message, { metadata: { node, limit: String(longestMs) }, cause: error });
    }
  }

  async function repairBucket(
    exchange: Client<typeof ExchangeService>,
    node: string,
    bucket: string,
    signal: AbortSignal,
  ): Promise<number> {
    const ours = new Map((await archive.digests.records(node, bucket)).map((one) => [one.identifier, one]));
    let repaired = 0;
    for (const theirs of await recordsOf(exchange, node, bucket, signal)) {
      const mine = ours.get(theirs.identifier);
      ours.delete(theirs.identifier);
      if (mine?.digest === theirs.digest) continue;
      if (mine && mine.revision > theirs.revision) await surplus(node, mine);
      else if (await repair(exchange, node, theirs.identifier, signal)) repaired += 1;
    }
    for (const mine of ours.values()) await surplus(node, mine);
    return repaired;
  }

  /** The issuer has less than the archive: it was restored from a backup, or somebody removed something. People decide. */
  async function surplus(node: string, { identifier, revision }: ListedDigest): Promise<void> {
    log.error({ node, identifier, revision }, "the archive holds what its issuer no longer has");
    await evidence.append("archive-surplus", { node, identifier, revision });
  }

  async function repair(
    exchange: Client<typeof ExchangeService>,
    node: string,
    identifier: string,
    signal: AbortSignal,
  ): Promise<boolean> {
    signal.throwIfAborted();
    try {
      const { record } = await exchange.getRecordAcross({ identifier }, { signal });
      if (!record) return false;
      const payload = toBinary(CertificateRecordSchema, record);
      let taken = await intake.take(node, payload);
      if (!taken.kept) {
        for (const sha256 of taken.missing) {
          const { content } = await exchange.fetchBlobAcross({ identifier, sha256 }, { signal });
          if (sha256Hex(content) !== sha256)
            throw new Refusal("SIGNATURE_INVALID", `${node} gives another blob for ${sha256}`);
          await runtime.store.blobs.put(content);
        }
        taken = await intake.take(node, payload);
      }
      return taken.kept && taken.how !== "same" && taken.how !== "older";
    } catch (error) {
      const away = error instanceof Refusal && error.reason === "PEER_AWAY" && error.metadata.identifier === undefined;
      if (signal.aborted || !(error instanceof Refusal) || away || error.reason === "CANCELLED") throw error;
      log.error({ node, identifier, reason: error.reason, cause: error.message }, "a record cannot be repaired");
      await evidence.append("archive-unrepaired", { node, identifier, why: error.message });
      return false;
    }
  }

  return {
    with(node, signal) {
      const known = running.get(node);
      if (known) return known;
      const made = inTime(node, signal).finally(() => running.delete(node));
      running.set(node, made);
      return made;
    },
  };
}

async function recordsOf(
  exchange: Client<typeof ExchangeService>,
  node: string,
  bucket: string,
  signal: AbortSignal,
): Promise<ListedDigest[]> {
  return listed(
    { node, what: "records of one bucket", most: RECORDS, pages: PAGES, nameLength: IDENTIFIER_LENGTH },
    ({ identifier }: ListedDigest) => identifier,
    async (pageToken) => {
      const page = await exchange.listBucketRecordsAcross({ bucket, pageSize: PAGE, pageToken }, { signal });
      const items = page.records.map(({ identifier, revision, digest }) => ({
        identifier,
        revision: safe(revision),
        digest,
      }));
      return { items, next: page.nextPageToken };
    },
  );
}

function named(buckets: readonly { bucket: string; digest: string }[]) {
  return buckets.map(({ bucket: name, digest }) => ({ name, digest }));
}
