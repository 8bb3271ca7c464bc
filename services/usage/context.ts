import type { Client } from "@connectrpc/connect";
import type { AccountService } from "../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import type { AppService } from "../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import type { ArchiveService } from "../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import type { ExchangeService } from "../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import type { StatusService } from "../../proto/gen/ecert/sync/v1/status_service_pb.ts";
import type { Bell } from "../base/bell.ts";
import type { LongTermDesk } from "../document/pdf/long-term-desk.ts";
import type { CopyDesk } from "../document/pdf/use-copy-desk.ts";
import type { GuardedCollection } from "../event/guarded-collection.ts";
import type { HistorySource } from "../event/history.ts";
import type { HourTally } from "../event/hour-tally.ts";
import type { OutboxCollection } from "../event/outbox.ts";
import type { RecordJudge } from "../judgement/record-judge.ts";
import type { RegisterSource } from "../judgement/register-source.ts";
import type { Runtime } from "../node/runtime.ts";
import type { Collection } from "../store/port.ts";
import type { CodeDocument } from "./codes/code-record.ts";
import type { OperatorTokens } from "./codes/operator-tokens.ts";
import type { UsageQuota } from "./codes/quota.ts";
import type { UsageTermsSource } from "./codes/usage-terms.ts";
import type { ReportDocument } from "./error-reports/report-record.ts";
import type { PresentationDocument } from "./presentations/presentation-record.ts";
import type { HolderUses } from "./uses/holder-uses.ts";
import type { DrawnFaces } from "./verification/drawn-faces.ts";
import type { HandedDocuments } from "./verification/handed-documents.ts";
import type { Verifier } from "./verification/verifier.ts";

/** What every route of the usage service works with. */
export interface UsageContext {
  runtime: Runtime;
  codes: Collection<CodeDocument>;
  uses: HolderUses;
  presentations: GuardedCollection<PresentationDocument>;
  /** What holders report of certificates of this node. */
  errorReports: GuardedCollection<ReportDocument>;
  quota: UsageQuota;
  /** Uses and refused uses by hour, for supervision (4.7). */
  tally: HourTally;
  /** Collections whose events are relayed. */
  outbox: readonly OutboxCollection[];
  /** Hours that were told, for a service that was not there. */
  history: HistorySource;
  bell: Bell;
  terms: UsageTermsSource;
  /** Judges tokens of departments' own providers. */
  operatorTokens: OperatorTokens;
  /** Accounts of staff. */
  accounts: Client<typeof AccountService>;
  /** How much apps may ask for. */
  apps: Client<typeof AppService>;
  /** Certificates that this node issued. */
  own: Client<typeof ArchiveService>;
  /** Certificates of other nodes that this one keeps: at the province, all. */
  archive: Client<typeof ArchiveService>;
  /** Certificates of all other nodes. */
  exchange: Client<typeof ExchangeService>;
  /** What the province signs for everybody. */
  published: Client<typeof StatusService>;
  /** Whether a certificate may be believed: signature, signer, and the issuer's right. */
  judge: RecordJudge;
  /** What the province says of who issues what. */
  register: RegisterSource;
  /** Verifies what anybody hands in, in threads of its own. */
  verifier: Verifier;
  /** Documents that anybody hands in part by part, until they are verified. */
  handedDocuments: HandedDocuments;
  /** Faces of documents that verified, in a thread of its own. */
  drawnFaces: DrawnFaces;
  longTerm: LongTermDesk;
  /** Copies for one use. */
  copies: CopyDesk;
}
