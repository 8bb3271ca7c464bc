import { availableParallelism } from "node:os";
import { TermsService } from "../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { isRareFontThere, RARE_FONT } from "../document/font/font-file.ts";
import { createLongTermDesk } from "../document/pdf/long-term-desk.ts";
import { createRenderPool, type RenderPool } from "../document/render-pool.ts";
import { Refusal } from "../domain/refusal.ts";
import { createOutboxBell } from "../runtime/outbox.ts";
import type { Runtime, ServiceModule } from "../runtime/runtime.ts";
import { openSigners, type SignerFiles, type Signers } from "../trust/signers.ts";
import { createBuckets } from "./buckets.ts";
import type { IssueContext, Step } from "./context.ts";
import { openFaces, renderWith } from "./faces.ts";
import { mountIssue } from "./mount.ts";
import { openNodeKeyList } from "./node-key-list.ts";
import { openRepository } from "./repository.ts";
import { createSigning } from "./signing.ts";
import { createSingleFlight } from "./single-flight.ts";
import { keepSuperseding, recoverSuperseding } from "./supersede.ts";
import { createTermsSource } from "./terms.ts";
import { createTimeStamps } from "./time-stamps.ts";

/** Options of {@link createIssueService}. */
export interface IssueServiceOptions {
  /** Called behind each durable step; see {@link IssueContext.passed}. */
  passed?: (step: Step) => void;
  /** Threads that draw faces. Default: one less than the host has processors, at least 1, at most 8; 0: none, for tests. */
  renderThreads?: number;
}

const RENDER_THREADS = Math.min(Math.max(availableParallelism() - 1, 1), 8);

/** The issue service: makes, issues and changes certificates, and is the archive of what its node issued (4.4, 4.6). */
export const issueService: ServiceModule = createIssueService();

/** Creates an issue service; the options are for tests that stop it between two steps. */
export function createIssueService({
  passed = () => {},
  renderThreads = RENDER_THREADS,
}: IssueServiceOptions = {}): ServiceModule {
  return {
    name: "issue",
    async start(runtime) {
      if (!runtime.config.fonts && !isRareFontThere()) {
        runtime.log.warn({ font: RARE_FONT.fontFile }, "no font for rare characters: names that need one are refused");
      }
      const pool = createRenderPool({ threads: renderThreads, fonts: runtime.config.fonts });
      const context = await openContext(runtime, pool, passed);
      // What a crash left half done is finished before anybody can be told of it.
      await recoverSuperseding(context);
      const stopping = new AbortController();
      const superseding = keepSuperseding(context, AbortSignal.any([runtime.signal, stopping.signal]));
      runtime.signal.addEventListener("abort", () => context.signing.stop());
      return {
        services: mountIssue(context),
        ready: () => runtime.store.check(),
        async stop() {
          stopping.abort();
          context.signing.stop();
          await Promise.all([superseding, pool.close(), context.longTerm.close()]);
          context.timeStamps.close();
        },
      };
    },
  };
}

async function openContext(runtime: Runtime, pool: RenderPool, passed: (step: Step) => void): Promise<IssueContext> {
  const { store, config } = runtime;
  const certificates = await openRepository(runtime);
  const [signers, files] = signersOf(runtime);
  return {
    runtime,
    certificates,
    terms: createTermsSource(runtime.client(TermsService, "catalog")),
    faces: openFaces(store.blobs, renderWith(pool)),
    signing: createSigning({ metrics: runtime.metrics }),
    nodeKeys: openNodeKeyList(runtime),
    signers,
    timeStamps: createTimeStamps(runtime, signers),
    longTerm: createLongTermDesk({
      signers: files,
      now: runtime.now,
      ...(config.timeStamp && { timeStamp: config.timeStamp }),
    }),
    buckets: createBuckets(certificates, runtime),
    bell: createOutboxBell(),
    issuing: createSingleFlight(),
    // The province is told by its cities and departments; it tells nobody.
    publishes: config.node.role !== "province" && config.peers.some(({ role }) => role === "province"),
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
