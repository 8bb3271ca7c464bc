import type { Client } from "@connectrpc/connect";
import type { ListService } from "../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import type { OpeningService } from "../../proto/gen/ecert/catalog/v1/opening_service_pb.ts";
import type { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import type { AccountService } from "../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import type { AppService } from "../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import type { UploadService } from "../../proto/gen/ecert/issue/v1/upload_service_pb.ts";
import type { SupervisionService } from "../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import type { InTurn } from "../base/in-turn.ts";
import type { ThreadPool } from "../base/thread-pool.ts";
import type { GuardedCollection } from "../event/guarded-collection.ts";
import type { VerifySandbox } from "../host/sandbox-keys.ts";
import type { Runtime } from "../node/runtime.ts";
import type { Carrier } from "./cases/carry-out.ts";
import type { ChangeDocument } from "./changes/change-record.ts";
import type { DivisionDocument } from "./divisions/division-record.ts";
import type { EntryDocument } from "./entries/entry-record.ts";
import type { HandInDocument } from "./hand-ins/hand-in-record.ts";
import type { HandInJob, ReadHandIn } from "./hand-ins/read-hand-in.ts";
import type { OpeningRequestDocument } from "./openings/request-record.ts";
import type { PaperDocument } from "./papers/paper-record.ts";
import type { PlanDocument } from "./plans/plan-record.ts";
import type { Sandbox } from "./sandbox/open-sandbox.ts";

/** What every route of the governance service works with. */
export interface GovernanceContext {
  runtime: Runtime;
  divisions: GuardedCollection<DivisionDocument>;
  /** Absent in production. */
  sandbox: Sandbox | undefined;
  /** By which reports of sandboxes are believed here. */
  sandboxKeys: VerifySandbox;
  /** Papers of cases. */
  papers: GuardedCollection<PaperDocument>;
  /** Files that come part by part, and who takes one as a paper: each is up to 5 MiB, which no budget of requests counts. */
  uploads: Client<typeof UploadService>;
  uploadTurns: InTurn;
  entries: GuardedCollection<EntryDocument>;
  changes: GuardedCollection<ChangeDocument>;
  plans: GuardedCollection<PlanDocument>;
  /** Obligatory lists, and what stands of items and matters. */
  lists: Client<typeof ListService>;
  /** Lists that departments handed in, and the thread that reads them. */
  handIns: GuardedCollection<HandInDocument>;
  handInFiles: ThreadPool<HandInJob, ReadHandIn>;
  openingRequests: GuardedCollection<OpeningRequestDocument>;
  /** What is registered at this node, and where confirmed cases are carried out. */
  registry: Client<typeof RegistryService>;
  delegations: Client<typeof OpeningService>;
  accounts: Client<typeof AccountService>;
  /** What was really issued and used; a node may have none. */
  supervision: Client<typeof SupervisionService>;
  /** Accounts of apps. */
  apps: Client<typeof AppService>;
  /** Who carries out what was confirmed, by kind of case. */
  carriers: { entries: Carrier; changes: Carrier; openings: Carrier };
}
