import { OwnArchiveService } from "../../proto/gen/ecert/sync/v1/archive_read_service_pb.ts";
import { Refusal } from "../domain/refusal.ts";
import { hasService, isProvince, provincePeer } from "../host/place.ts";
import { createRecordJudge, type RecordJudge } from "../judgement/record-judge.ts";
import { openRegisterSource, type RegisterSource } from "../judgement/register-source.ts";
import type { Runtime } from "../node/runtime.ts";
import { isBeyond } from "../node/standing-name.ts";
import { openSigners, type Signers } from "../trust/signers.ts";
import { openArchive } from "./archive/archive.ts";
import { archiveHistory } from "./archive/archive-history.ts";
import { createIntake } from "./archive/intake.ts";
import { createJudgeRecord } from "./archive/judge-record.ts";
import { createOwn } from "./archive/own.ts";
import { openStateBackfill } from "./archive/state-backfill.ts";
import { createAsk } from "./ask/ask.ts";
import { openCompare } from "./compare/compare.ts";
import type { SyncContext } from "./context.ts";
import { createGather } from "./exchange/gather.ts";
import { createGrants } from "./exchange/grants.ts";
import { createJudgedRecords } from "./exchange/judged-records.ts";
import { createFollowSettled } from "./forks/follow-settled.ts";
import { openForks } from "./forks/forks.ts";
import { createSettleFork } from "./forks/settle-fork.ts";
import { createTellForked } from "./forks/tell-forked.ts";
import { createLastFaults } from "./link/last-faults.ts";
import { openPeerLink, type PeerLink } from "./link/peer-link.ts";
import { createStreamKeeper } from "./link/stream-keeper.ts";
import type { SyncOptions } from "./options.ts";
import { createNodeKeyPublisher, passOnNodeKeys } from "./publish/node-key-publisher.ts";
import { passOnStatusBundle } from "./publish/pass-on-status-bundle.ts";
import { openProvinceJudgement } from "./publish/province-judgement.ts";
import { createRegisterPublisher, passOnRegister } from "./publish/register-publisher.ts";
import { createStatusPublisher } from "./publish/status-publisher.ts";
import { moveQuarantined } from "./receive/quarantine.ts";
import { openRecovery } from "./recovery/recovery.ts";
import { createOutboxRelay } from "./send/outbox-relay.ts";
import { openStandings } from "./standing/standing.ts";
import { createLinkGate } from "./wire/link-gate.ts";
import { eventSources, linkedPeers, streamsOf } from "./wire/topology.ts";

/**
 * Opens what the service works with. Throws `INVALID_FIELD` at a province without `signers`: an archive that cannot check
 * signatures would have to refuse everything.
 */
export async function openContext(runtime: Runtime, options: SyncOptions): Promise<SyncContext> {
  const { config, events } = runtime;
  const peers = linkedPeers(config);
  const archive = await openArchive(runtime);
  const backfill = await openStateBackfill(runtime);
  const atProvince = isProvince(config.node);
  const published = atProvince ? createRegisterPublisher(runtime, options) : undefined;
  const judgement = published && (await openProvinceJudgement(runtime, published));
  const judges = judgesOf(runtime, judgement?.source ?? (await openRegisterSource(runtime)));
  const forks = await openForks(
    runtime,
    archive,
    peers.map(({ node }) => node),
  );
  const intake = createIntake(runtime, archive, judges?.intake, forks);
  await moveQuarantined(runtime, peers);
  const links: PeerLink[] = [];
  if (!events && peers.length > 0) runtime.log.warn({}, "no event link is configured: nothing is exchanged with peers");
  if (events)
    for (const peer of peers) {
      const gate = createLinkGate();
      links.push(await openPeerLink(peer, { runtime, events, intake, options, gate }));
    }
  const province = provincePeer(peers)?.node;
  const following =
    province !== undefined && hasService(config, "issue") ? createFollowSettled(runtime, province) : undefined;
  const standings = await openStandings(runtime, links, options, {
    forkedOf: (node) => forks.of(node),
    tellForked: createTellForked(runtime, following),
  });

  const sources = eventSources(config, links.length > 0);
  const relays = new Map(sources.map((source) => [source, createOutboxRelay(runtime, source, links, options)]));
  const own = createOwn(runtime);
  const ask = createAsk(runtime, options);
  const records = createJudgedRecords({ archive, intake, ask, forks, now: runtime.now });
  const settled = async (node: string) => {
    const incoming = links.find(({ peer }) => peer.node === node)?.incoming;
    // A node that was started from an older copy lacks more than certificates: what brings it forward settles.
    if (isBeyond(standings.own())) return;
    if (incoming?.settle()) await incoming.flush();
  };
  const nodes = links.map(({ peer }) => peer.node);
  const compare = atProvince ? await openCompare({ runtime, archive, intake, nodes, settled }) : undefined;
  return {
    runtime,
    archive,
    history: await archiveHistory(runtime),
    own,
    ownArchive: runtime.client(OwnArchiveService, "issue"),
    ask,
    gather: createGather({ runtime, records, own, ask }),
    records,
    forks,
    following,
    settleFork: createSettleFork({ runtime, archive, forks, ask, judge: judges?.intake }),
    grants: createGrants(runtime),
    judge: createJudgeRecord(config.node.code, judges?.release),
    compare,
    askedArchives: new Map(),
    statuses: atProvince
      ? createStatusPublisher(runtime, archive, backfill, options)
      : province === undefined
        ? undefined
        : passOnStatusBundle(runtime, province, options.statusBundleMs),
    backfill,
    register: published ?? (province === undefined ? undefined : passOnRegister(runtime, province, options)),
    nodeKeys: atProvince
      ? await createNodeKeyPublisher(runtime)
      : province === undefined
        ? undefined
        : await passOnNodeKeys(runtime, province),
    links,
    lastFaults: createLastFaults(() => runtime.now()),
    streams:
      events && atProvince
        ? createStreamKeeper(
            runtime,
            events,
            peers.flatMap((peer) => streamsOf(peer, options.streamBytes)),
          )
        : undefined,
    standings,
    recovery: await openRecovery({ runtime, archive, compare, standings, links, province, judgement }),
    relays,
    province,
  };
}

/** Judges what is taken over, and what is released, by this node's register; `undefined` where no authorities are configured. */
function judgesOf(runtime: Runtime, source: RegisterSource): { intake: RecordJudge; release: RecordJudge } | undefined {
  const signers = signersOf(runtime);
  if (!signers) return undefined;
  const parts = { signers, source, now: runtime.now };
  return {
    intake: createRecordJudge({ ...parts, revocation: "known" }),
    release: createRecordJudge({ ...parts, revocation: "strict" }),
  };
}

function signersOf({ config, now, log }: Runtime): Signers | undefined {
  if (config.signers)
    return openSigners(config.signers, now, (error) => log.error({ cause: String(error) }, "signers cannot be read"));
  if (!isProvince(config.node)) return undefined;
  throw new Refusal(
    "INVALID_FIELD",
    "the archive of a province needs `signers`: name the authorities in its configuration",
  );
}
