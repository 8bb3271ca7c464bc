import type { LongTermDesk } from "../document/pdf/long-term-desk.ts";
import { Refusal } from "../domain/refusal.ts";
import type { AppCaller } from "../runtime/caller.ts";
import type { OutboxBell } from "../runtime/outbox.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { CallContext } from "../runtime/service.ts";
import type { Signers } from "../trust/signers.ts";
import type { Buckets } from "./buckets.ts";
import type { CertificateDocument } from "./certificate.ts";
import type { Faces } from "./faces.ts";
import type { NodeKeyListSource } from "./node-key-list.ts";
import type { CertificateRepository } from "./repository.ts";
import type { Signing } from "./signing.ts";
import type { SingleFlight } from "./single-flight.ts";
import type { TermsSource } from "./terms.ts";
import type { TimeStamps } from "./time-stamps.ts";

/** Durable steps on the road of a certificate, in order. Tests stop a service right behind one of them. */
export type Step =
  | "intent-stored"
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
  faces: Faces;
  signing: Signing;
  nodeKeys: NodeKeyListSource;
  signers: Signers;
  timeStamps: TimeStamps;
  longTerm: LongTermDesk;
  buckets: Buckets;
  bell: OutboxBell;
  /** Certificates being issued by this replica. */
  issuing: SingleFlight<CertificateDocument>;
  /** This node has somebody above it who gathers its certificates: changes are put into the outbox. */
  publishes: boolean;
  /** Called behind each durable step; what it throws ends the call, as if the process had died there. */
  passed(step: Step): void;
}

/** The app that calls. The permission of every method of the issue service admits apps only. */
export function appOf(call: CallContext): AppCaller {
  if (call.caller.kind === "app") return call.caller;
  throw new Refusal("PERMISSION_DENIED", `${call.method} is for apps`);
}
