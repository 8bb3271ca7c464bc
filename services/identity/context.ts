import type { Client } from "@connectrpc/connect";
import type { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import type { AttemptLimit } from "../call/chain/attempt-limit.ts";
import type { GuardedCollection } from "../event/guarded-collection.ts";
import type { OutboxCollection } from "../event/outbox.ts";
import type { RefusalTally } from "../node/refusal-tally.ts";
import type { Runtime } from "../node/runtime.ts";
import type { Signers } from "../trust/signers.ts";
import type { AccountDocument } from "./accounts/account-record.ts";
import type { AppRoom } from "./apps/app-room.ts";
import type { CarryOver } from "./carry/carry-over.ts";
import type { Passwords } from "./passwords/passwords.ts";
import type { CodeDocument } from "./sessions/code-record.ts";
import type { SessionDocument } from "./sessions/session-record.ts";

/** What every route of the identity service works with. */
export interface IdentityContext {
  runtime: Runtime;
  accounts: GuardedCollection<AccountDocument>;
  /** Departments of this node. */
  registry: Client<typeof RegistryService>;
  sessions: GuardedCollection<SessionDocument>;
  /** One-time codes between sign-in and session. */
  codes: GuardedCollection<CodeDocument>;
  /** Authorities of the certificates of staff; absent where the configuration names none. */
  staffSigners: Signers | undefined;
  /** Authorities of departments' certificates, institution certificates among them; absent where the configuration names none. */
  institutions: Signers | undefined;
  /** Statements of institution certificates (5.8.3) and passwords, which anybody may send. */
  attempts: AttemptLimit;
  /** Sign-ins by certificate that were refused, of which evidence is given. */
  refusedSignIns: RefusalTally;
  /** Passwords of accounts by which the system is kept; absent where they are not switched on. */
  passwords: Passwords | undefined;
  /** Accounts of apps. */
  apps: AppRoom;
  /** What the catalog kept of them before. */
  carryOver: CarryOver;
  outbox: readonly OutboxCollection[];
}
