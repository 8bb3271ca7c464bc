import { TermsService } from "../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { EventKind } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { createTurns } from "../base/in-turn.ts";
import { createSingleFlight } from "../base/single-flight.ts";
import { isRareFontThere, RARE_FONT } from "../document/font/font-file.ts";
import { createLongTermDesk } from "../document/pdf/long-term-desk.ts";
import { createRenderPool } from "../document/render-pool.ts";
import type { SignerFiles } from "../domain/authority-files.ts";
import { Refusal } from "../domain/refusal.ts";
import { hourHistory } from "../event/hour-tally.ts";
import { createOutboxBell } from "../event/outbox.ts";
import type { HasPending } from "../event/pending-events.ts";
import { hasService, isProvince, provincePeer } from "../host/place.ts";
import type { Runtime } from "../node/runtime.ts";
import type { Collection } from "../store/port.ts";
import { openSigners, type Signers } from "../trust/signers.ts";
import { openAgentHeads } from "./agents/agent-heads.ts";
import { openAgentRoll } from "./agents/agent-roll.ts";
import { createSigning } from "./agents/dispatch.ts";
import { openLostSignatures } from "./agents/lost-signatures.ts";
import { openNodeKeyList } from "./agents/node-key-list.ts";
import type { IssueContext } from "./context.ts";
import { openFaces, renderWith } from "./face/faces.ts";
import { openConsoleOrigin } from "./make/console-origin.ts";
import { openExtensionChecks } from "./make/extension-checks.ts";
import { ISSUE_HOURS, openRefusedMakes } from "./make/refused-makes.ts";
import type { IssueOptions } from "./options.ts";
import { createBuckets } from "./record/buckets.ts";
import { certificateHistory } from "./record/certificate-history.ts";
import { CERTIFICATES, openRepository } from "./record/repository.ts";
import { createViews } from "./record/views.ts";
import { openForked } from "./restore/forked.ts";
import { openIssueCounts } from "./sign/issue-counts.ts";
import { rememberNewest } from "./sign/issue-time.ts";
import { createTimeStamps } from "./sign/time-stamps.ts";
import { createTermsSource } from "./terms/terms.ts";
import { openUploads } from "./uploads/upload-record.ts";

/** Orders with uploads that are served at once. */
const UPLOAD_LANES = 4;

/** Opens what the service works with. Throws `INVALID_FIELD` where the configuration does not name the authorities of signing certificates. */
export async function openContext(runtime: Runtime, options: IssueOptions): Promise<IssueContext> {
  const { passed, renderThreads, agentWaitMs } = options;
  const { store, config, log, metrics, monotonic } = runtime;
  if (!config.fonts && !isRareFontThere()) {
    log.warn({ font: RARE_FONT.fontFile }, "no font for rare characters: names that need one are refused");
  }
  const bell = createOutboxBell();
  const renderPool = createRenderPool({ threads: renderThreads, fonts: config.fonts });
  const certificates = await openRepository(runtime);
  await rememberNewest(runtime, certificates);
  const [signers, files] = signersOf(runtime);
  return {
    runtime,
    certificates,
    terms: createTermsSource(runtime.client(TermsService, "catalog"), runtime),
    renderPool,
    consoleOrigin: openConsoleOrigin(runtime),
    extensionChecks: openExtensionChecks(runtime),
    views: createViews(runtime),
    faces: openFaces(store.blobs, renderWith(renderPool)),
    signing: createSigning({ metrics, monotonic, ...(agentWaitMs !== undefined && { agentWaitMs }) }),
    heads: await openAgentHeads(runtime),
    lost: await openLostSignatures(runtime, certificates),
    roll: await openAgentRoll(runtime),
    nodeKeys: openNodeKeyList(runtime),
    signers,
    uploads: await openUploads(runtime),
    uploadLanes: Array.from({ length: UPLOAD_LANES }, createTurns),
    timeStamps: createTimeStamps(runtime, signers),
    longTerm: createLongTermDesk({
      signers: files,
      now: runtime.now,
      ...(config.timeStamp && { timeStamp: config.timeStamp }),
    }),
    issued: await openIssueCounts(runtime),
    buckets: createBuckets(certificates, runtime),
    forked: await openForked(runtime),
    // As they are stored: the outbox reads pending events whatever else is wrong with a document.
    outbox: [
      { source: CERTIFICATES.name, collection: certificates.stored as unknown as Collection<HasPending> },
      { source: ISSUE_HOURS.name, collection: await store.collection<HasPending>(ISSUE_HOURS) },
    ],
    history: [
      certificateHistory({ certificates }),
      await hourHistory(ISSUE_HOURS, EventKind.REFUSED_MAKES_COUNTED, runtime),
    ],
    bell,
    refused: await openRefusedMakes(runtime, bell),
    issuing: createSingleFlight(),
    // The province is told by its cities and departments; it tells nobody but the service beside it that counts.
    publishes:
      (!isProvince(config.node) && provincePeer(config.peers) !== undefined) || hasService(config, "supervision"),
    passed,
  };
}

function signersOf({ config, log, now }: Runtime): [Signers, SignerFiles] {
  const files = config.signers;
  if (files) {
    const signers = openSigners(files, now, (error) => {
      log.error({ error }, "trusted signers could not be read again; the last ones stay in force");
    });
    return [signers, files];
  }
  throw new Refusal("INVALID_FIELD", "signers: name the authorities of signing certificates in the configuration");
}
