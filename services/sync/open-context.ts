import { Refusal } from "../domain/refusal.ts";
import { createRecordJudge, type RecordJudge } from "../judgement/record-judge.ts";
import { openRegisterSource } from "../judgement/register-source.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { openSigners, type Signers } from "../trust/signers.ts";
import { openArchive } from "./archive.ts";
import { createAsk } from "./ask.ts";
import { createCompare } from "./compare.ts";
import type { SyncContext } from "./context.ts";
import { createGather } from "./gather.ts";
import { createGrants } from "./grants.ts";
import { createIntake } from "./intake.ts";
import { createJudgeRecord } from "./judge-record.ts";
import { createJudgedRecords } from "./judged-records.ts";
import { createNodeKeyPublisher, passOnNodeKeys } from "./node-key-publisher.ts";
import type { SyncOptions } from "./options.ts";
import { createOutboxRelay } from "./outbox-relay.ts";
import { createOwn } from "./own.ts";
import { openPeerLink, type PeerLink } from "./peer-link.ts";
import { moveQuarantined } from "./quarantine.ts";
import { createRegisterPublisher, passOnRegister } from "./register-publisher.ts";
import { openStateBackfill } from "./state-backfill.ts";
import { createStatusPublisher } from "./status-publisher.ts";
import { eventSources, linkedPeers } from "./topology.ts";

/**
 * Opens what the service works with. Throws `INVALID_FIELD` at a province without `signers`: an archive that cannot check
 * signatures would have to refuse everything.
 */
export async function openContext(runtime: Runtime, options: SyncOptions): Promise<SyncContext> {
  const { config, events } = runtime;
  const peers = linkedPeers(config);
  const archive = await openArchive(runtime);
  const backfill = await openStateBackfill(runtime);
  const judges = await judgesOf(runtime);
  const intake = createIntake(runtime, archive, judges?.intake);
  await moveQuarantined(runtime, peers);
  const links: PeerLink[] = [];
  if (!events && peers.length > 0) runtime.log.warn({}, "no event link is configured: nothing is exchanged with peers");
  if (events) for (const peer of peers) links.push(await openPeerLink(peer, { runtime, events, intake, options }));

  const sources = links.length > 0 ? eventSources(config) : [];
  const relays = new Map(sources.map((source) => [source, createOutboxRelay(runtime, source, links, options)]));
  const own = createOwn(runtime);
  const ask = createAsk(runtime, options);
  const records = createJudgedRecords(archive, intake, ask);
  const settled = async (node: string) => {
    const incoming = links.find(({ peer }) => peer.node === node)?.incoming;
    if (incoming?.settle()) await incoming.flush();
  };
  const province = peers.find(({ role }) => role === "province")?.node;
  const atProvince = config.node.role === "province";
  return {
    runtime,
    archive,
    own,
    ask,
    gather: createGather({ runtime, records, own, ask }),
    records,
    grants: createGrants(runtime),
    judge: createJudgeRecord(config.node.code, judges?.release),
    compare: atProvince ? createCompare({ runtime, archive, intake, settled }) : undefined,
    statuses: atProvince ? createStatusPublisher(runtime, archive, backfill, options) : undefined,
    backfill,
    register: atProvince
      ? createRegisterPublisher(runtime, options)
      : province === undefined
        ? undefined
        : passOnRegister(runtime, province, options),
    nodeKeys: atProvince
      ? await createNodeKeyPublisher(runtime)
      : province === undefined
        ? undefined
        : await passOnNodeKeys(runtime, province),
    links,
    relays,
    province,
  };
}

/** Judges what is taken over, and what is released, by this node's register; `undefined` where no authorities are configured. */
async function judgesOf(runtime: Runtime): Promise<{ intake: RecordJudge; release: RecordJudge } | undefined> {
  const signers = signersOf(runtime);
  const source = await openRegisterSource(runtime);
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
  if (config.node.role !== "province") return undefined;
  throw new Refusal(
    "INVALID_FIELD",
    "the archive of a province needs `signers`: name the authorities in its configuration",
  );
}
