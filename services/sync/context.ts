import type { ExchangeService } from "../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import type { ServiceName } from "../runtime/config.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { Handlers } from "../runtime/service.ts";
import type { Archive } from "./archive.ts";
import type { Ask } from "./ask.ts";
import type { Compare } from "./compare.ts";
import type { Gather } from "./gather.ts";
import type { Grants } from "./grants.ts";
import type { JudgeRecord } from "./judge-record.ts";
import type { JudgedRecords } from "./judged-records.ts";
import type { NodeKeyPublisher } from "./node-key-publisher.ts";
import type { OutboxRelay } from "./outbox-relay.ts";
import type { Own } from "./own.ts";
import type { PeerLink } from "./peer-link.ts";
import type { RegisterPublisher } from "./register-publisher.ts";
import type { StateBackfill } from "./state-backfill.ts";
import type { StatusPublisher } from "./status-publisher.ts";

/** What the routes of the sync service work with. */
export interface SyncContext {
  runtime: Runtime;
  archive: Archive;
  own: Own;
  ask: Ask;
  gather: Gather;
  records: JudgedRecords;
  grants: Grants;
  judge: JudgeRecord;
  /** Present at the province. */
  compare: Compare | undefined;
  /** Present at the province. */
  statuses: StatusPublisher | undefined;
  backfill: StateBackfill;
  /** Absent at a node without a province. */
  register: RegisterPublisher | undefined;
  /** Absent at a node without a province. */
  nodeKeys: NodeKeyPublisher | undefined;
  links: readonly PeerLink[];
  /** Relays of this node's outboxes, by the service that owns them. */
  relays: ReadonlyMap<ServiceName, OutboxRelay>;
  /** Node of the province; `undefined` at the province itself, or where none is configured. */
  province: string | undefined;
}

/** Handlers of {@link ExchangeService}, for the files of its routes. */
export type Exchange = Handlers<typeof ExchangeService>;
