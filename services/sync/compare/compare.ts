import { toBinary } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import { CertificateRecordSchema } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { ExchangeService } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { createSingleFlight } from "../../base/single-flight.ts";
import { instantOf } from "../../domain/instant.ts";
import { diffBuckets } from "../../domain/merkle.ts";
import { cannotServe } from "../../domain/reason.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { Archive } from "../archive/archive.ts";
import type { Intake } from "../archive/intake.ts";
import { safe } from "../wire/signed-event.ts";
import { allBucketRecords } from "./all-bucket-records.ts";
import { allBuckets } from "./all-buckets.ts";
import { newTally, type Tally, tellComparison } from "./compare-tally.ts";
import { fetchBlobs } from "./fetch-blobs.ts";
import {
  type Comparison,
  type KeptComparison,
  type MadeComparison,
  openKeptComparisons,
  type RunningComparison,
} from "./kept-comparison.ts";
import type { KeptJob } from "./kept-job.ts";

/** Compares the archive's copy of a node with the node's own and repairs what is missing (4.6.2). */
export interface Compare {
  /**
   * Throws `PEER_AWAY` where the node cannot be asked, `TOO_LARGE` where it lists more than is read, `DEADLINE_EXCEEDED` after an hour:
   * what was repaired until then stays, and the next comparison goes on. One comparison per node runs at a time; a second joins it.
   */
  with(node: string, signal: AbortSignal): Promise<Comparison>;
  /** The last one with a node that came to an end. */
  last(node: string): MadeComparison | undefined;
  /** How far the one with a node is that runs now. */
  running(node: string): RunningComparison | undefined;
  /** How far the last one with a node was when it was stopped, or its process ended, in the middle: the next one goes on with it. */
  interrupted(node: string): RunningComparison | undefined;
}

/** What comparing works with. */
export interface CompareParts {
  runtime: Runtime;
  archive: Archive;
  intake: Intake;
  /** Those that are compared with. */
  nodes: readonly string[];
  /** Called when the archives were found equal. */
  settled: (node: string) => Promise<void>;
  /** Milliseconds that one comparison may take. Default: an hour. */
  longestMs?: number;
}

/** While a node goes on issuing, its root moves: so many rounds are made before the answer is "not equal". */
const ROUNDS = 3;
/** Older revisions at the issuer that a comparison looks at, each of which may be another certificate; the others only count as surplus. */
const LOOKED_AT = 1_000;
const LONGEST_MS = 3_600_000;

/** Opens the comparison, with what is remembered of those before. */
export async function openCompare(parts: CompareParts): Promise<Compare> {
  const { runtime, archive, intake, nodes, settled, longestMs = LONGEST_MS } = parts;
  const running = createSingleFlight<Comparison>();
  const made = new Map<string, MadeComparison>();
  const going = new Map<string, Going>();
  const left = new Map<string, RunningComparison>();
  const jobs = new Map<string, KeptJob<KeptComparison>>();
  const jobOf = await openKeptComparisons(runtime);
  for (const node of nodes) {
    const job = jobOf(node);
    jobs.set(node, job);
    const kept = await job.look();
    if (kept?.made) made.set(node, { ...kept.made, at: new Date(instantOf(kept.made.at)) });
    if (kept?.going) left.set(node, kept.going);
  }

  function stateOf(node: string): KeptComparison {
    const last = made.get(node);
    const now = runningOf(node) ?? left.get(node);
    return { ...(last && { made: { ...last, at: last.at.toISOString() } }), ...(now && { going: now }) };
  }

  /** Where another process of this node has compared, too, the later word counts. */
  async function keep(node: string, at: "once" | "leisure"): Promise<void> {
    const job = jobs.get(node);
    if (!job) return;
    const kept = at === "once" ? await job.write(stateOf(node)) : await job.note(() => stateOf(node));
    if (kept) return;
    await job.look();
    await job.write(stateOf(node));
  }

  function runningOf(node: string): RunningComparison | undefined {
    const one = going.get(node);
    return one && { ...one.place, repaired: one.tally.repaired };
  }

  async function compare(node: string, signal: AbortSignal): Promise<Comparison> {
    const exchange = runtime.client(ExchangeService, { peer: node, service: "sync" });
    const before = left.get(node);
    const tally = { ...newTally(), repaired: before?.repaired ?? 0 };
    const place = { pass: 1, records: 0, checked: 0 };
    going.set(node, { place, tally });
    const repairOne = async (identifier: string) => {
      if (await repair({ exchange, node, signal, tally }, identifier)) tally.repaired += 1;
    };
    // What cannot be read here may have the right digest still: the comparison would not find it.
    for (const identifier of (await archive.unreadable(node)).keys) await repairOne(identifier);
    let seen = "";
    for (let round = 1; ; round++) {
      const theirs = await allBuckets(node, (page) => exchange.listBucketsAcross(page, { signal }));
      const ours = await archive.digests.buckets(node);
      const equal = theirs.root === ours.root;
      if (equal) await settled(node);
      const roots = `${theirs.root} ${ours.root}`;
      // Where a round has changed nothing on either side, another would not.
      if (equal || round > ROUNDS || roots === seen) {
        const records = theirs.buckets.reduce((sum, { count }) => sum + safe(count), 0);
        const { count: unreadable } = await archive.unreadable(node);
        const counted = { equal, root: theirs.root, records, unreadable };
        await tellComparison(runtime, { node, ...counted, own: ours.root }, tally);
        const { repaired, surplus, unrepaired } = tally;
        const outcome = { ...counted, repaired, surplus: surplus.size, unrepaired: unrepaired.size };
        made.set(node, { ...outcome, at: runtime.now() });
        left.delete(node);
        going.delete(node);
        await keep(node, "once");
        return outcome;
      }
      seen = roots;
      tally.surplus.clear();
      tally.unrepaired.clear();
      const different = diffBuckets(named(ours.buckets), named(theirs.buckets));
      const counts = new Map(theirs.buckets.map(({ bucket, count }) => [bucket, safe(count)]));
      place.pass = round;
      const differing = different.reduce((sum, bucket) => sum + (counts.get(bucket) ?? 0), 0);
      // Days that are the same now were done with before it was interrupted.
      place.records = Math.max(differing, round === 1 ? (before?.records ?? 0) : 0);
      place.checked = place.records - differing;
      for (const bucket of different) await repairBucket({ exchange, node, signal, tally, place }, bucket);
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
    } finally {
      const far = runningOf(node);
      going.delete(node);
      if (far && (far.records > 0 || far.repaired > 0)) {
        // One that did not come to the days, as where the city is away, says nothing of how far the one before was.
        const before = far.records === 0 ? left.get(node) : undefined;
        left.set(node, before ? { ...before, repaired: far.repaired } : far);
        await keep(node, "once");
      }
    }
  }

  async function repairBucket(compared: Compared & Pick<Going, "place">, bucket: string): Promise<void> {
    const { exchange, node, signal, tally, place } = compared;
    const ours = new Map((await archive.digests.records(node, bucket)).map((one) => [one.identifier, one]));
    const listed = await allBucketRecords(node, (page) =>
      exchange.listBucketRecordsAcross({ bucket, ...page }, { signal }),
    );
    for (const theirs of listed) {
      place.checked += 1;
      const { identifier } = theirs;
      const mine = ours.get(identifier);
      ours.delete(identifier);
      if (mine?.digest === theirs.digest) continue;
      const older = mine !== undefined && mine.revision > theirs.revision;
      if (older) tally.surplus.add(identifier);
      if (older && tally.surplus.size > LOOKED_AT) continue;
      if (await repair(compared, identifier)) tally.repaired += 1;
      if (tally.unrepaired.has(identifier)) tally.surplus.delete(identifier);
      await keep(node, "leisure");
    }
    // The issuer has less than the archive: it was put back to an older copy, or somebody removed something. People decide.
    for (const { identifier } of ours.values()) tally.surplus.add(identifier);
  }

  async function repair({ exchange, node, signal, tally }: Compared, identifier: string): Promise<boolean> {
    signal.throwIfAborted();
    try {
      const { record } = await exchange.getRecordAcross({ identifier }, { signal });
      if (!record) return false;
      const payload = toBinary(CertificateRecordSchema, record);
      let taken = await intake.take(node, payload);
      if (!taken.kept) {
        await fetchBlobs(exchange, runtime.store.blobs, { node, identifier, digests: taken.missing }, { signal });
        taken = await intake.take(node, payload);
      }
      return taken.kept && !UNCHANGED.has(taken.how);
    } catch (error) {
      if (signal.aborted || !(error instanceof Refusal) || stops(error)) throw error;
      tally.unrepaired.set(identifier, `${error.reason}: ${error.message}`);
      return false;
    }
  }

  return {
    last: (node) => made.get(node),
    running: runningOf,
    interrupted: (node) => (going.has(node) ? undefined : left.get(node)),
    with: (node, signal) => running.run(node, () => inTime(node, signal)),
  };
}

/** Outcomes of the intake that change nothing. */
const UNCHANGED: ReadonlySet<unknown> = new Set(["same", "older", "settled"]);

/** Whether the node, or this one, cannot go on now, as against what is wrong with one record. */
function stops({ reason, metadata }: Refusal): boolean {
  return reason === "CANCELLED" || (reason !== "INTERNAL" && cannotServe(reason) && metadata.identifier === undefined);
}

/** A comparison that runs. */
interface Going {
  place: Omit<RunningComparison, "repaired">;
  tally: Tally;
}

/** What is compared with whom. */
interface Compared {
  exchange: Client<typeof ExchangeService>;
  node: string;
  signal: AbortSignal;
  tally: Tally;
}

function named(buckets: readonly { bucket: string; digest: string }[]) {
  return buckets.map(({ bucket: name, digest }) => ({ name, digest }));
}
