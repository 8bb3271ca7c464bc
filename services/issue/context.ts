import type { Bell } from "../base/bell.ts";
import type { InTurn } from "../base/in-turn.ts";
import type { SingleFlight } from "../base/single-flight.ts";
import type { LongTermDesk } from "../document/pdf/long-term-desk.ts";
import type { RenderPool } from "../document/render-pool.ts";
import type { HistorySource } from "../event/history.ts";
import type { HourTally } from "../event/hour-tally.ts";
import type { OutboxCollection } from "../event/outbox.ts";
import type { Runtime } from "../node/runtime.ts";
import type { Signers } from "../trust/signers.ts";
import type { AgentHeads } from "./agents/agent-heads.ts";
import type { AgentRoll } from "./agents/agent-roll.ts";
import type { LostSignatures } from "./agents/lost-signatures.ts";
import type { NodeKeyListSource } from "./agents/node-key-list.ts";
import type { Signing } from "./agents/signing.ts";
import type { Faces } from "./face/faces.ts";
import type { ConsoleOrigin } from "./make/console-origin.ts";
import type { ExtensionChecks } from "./make/extension-checks.ts";
import type { Buckets } from "./record/buckets.ts";
import type { CertificateDocument } from "./record/certificate.ts";
import type { CertificateRepository } from "./record/repository.ts";
import type { Views } from "./record/views.ts";
import type { Forked } from "./restore/forked.ts";
import type { IssueCounts } from "./sign/issue-counts.ts";
import type { TimeStamps } from "./sign/time-stamps.ts";
import type { TermsSource } from "./terms/terms.ts";
import type { UploadStore } from "./uploads/upload-record.ts";

/** Durable steps on the road of a certificate, in order. Tests stop a service right behind one of them. */
export type Step =
  | "face-drawn"
  | "made-stored"
  | "signing-witnessed"
  | "signed"
  | "stamped"
  | "signed-witnessed"
  | "issued-stored"
  | "predecessor-superseded";

/** What every route of the issue service works with. */
export interface IssueContext {
  runtime: Runtime;
  certificates: CertificateRepository;
  terms: TermsSource;
  /** Threads that draw. */
  renderPool: RenderPool;
  /** Signs what staff order on screen. */
  consoleOrigin: ConsoleOrigin;
  /** What extensions of the node have to say of orders. */
  extensionChecks: ExtensionChecks;
  faces: Faces;
  /** Who looked at which certificate on screen. */
  views: Views;
  signing: Signing;
  /** What was seen of the journals of agents, and what they have signed that is not known here. */
  heads: AgentHeads;
  lost: LostSignatures;
  /** The agents that were ever here. */
  roll: AgentRoll;
  nodeKeys: NodeKeyListSource;
  signers: Signers;
  /** Files that come part by part. */
  uploads: UploadStore;
  /** Orders with uploads are served one after the other in each: their requests are small, and what they name is up to 20 MiB, which no budget of requests counts. */
  uploadLanes: readonly InTurn[];
  timeStamps: TimeStamps;
  /** Counts against the limits of openings. */
  issued: IssueCounts;
  longTerm: LongTermDesk;
  buckets: Buckets;
  forked: Forked;
  outbox: readonly OutboxCollection[];
  /** What this node issued, and its hours of refused makes, for a service that was not there. */
  history: readonly HistorySource[];
  bell: Bell;
  /** Certificates being issued by this replica. */
  issuing: SingleFlight<CertificateDocument>;
  /** This node has somebody above it who gathers its certificates: changes are put into the outbox. */
  publishes: boolean;
  /** Refused makes by hour, for supervision (4.7). */
  refused: HourTally;
  /** Called behind each durable step; what it throws ends the call, as if the process had died there. */
  passed(step: Step): void;
}
