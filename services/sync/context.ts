import type { Client } from "@connectrpc/connect";
import type { OwnArchiveService } from "../../proto/gen/ecert/sync/v1/archive_read_service_pb.ts";
import type { ExchangeService } from "../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import type { Handlers } from "../call/chain/service.ts";
import type { HistorySource } from "../event/history.ts";
import type { ServiceName } from "../host/config.ts";
import type { Runtime } from "../node/runtime.ts";
import type { Archive } from "./archive/archive.ts";
import type { JudgeRecord } from "./archive/judge-record.ts";
import type { Own } from "./archive/own.ts";
import type { StateBackfill } from "./archive/state-backfill.ts";
import type { Ask } from "./ask/ask.ts";
import type { Compare } from "./compare/compare.ts";
import type { AskedArchive } from "./exchange/asked-archive.ts";
import type { Gather } from "./exchange/gather.ts";
import type { Grants } from "./exchange/grants.ts";
import type { JudgedRecords } from "./exchange/judged-records.ts";
import type { FollowSettled } from "./forks/follow-settled.ts";
import type { Forks } from "./forks/forks.ts";
import type { SettleFork } from "./forks/settle-fork.ts";
import type { LastFaults } from "./link/last-faults.ts";
import type { PeerLink } from "./link/peer-link.ts";
import type { StreamKeeper } from "./link/stream-keeper.ts";
import type { NodeKeyPublisher } from "./publish/node-key-publisher.ts";
import type { RegisterPublisher } from "./publish/register-publisher.ts";
import type { StatusPublisher } from "./publish/status-publisher.ts";
import type { Recovery } from "./recovery/recovery.ts";
import type { OutboxRelay } from "./send/outbox-relay.ts";
import type { Standings } from "./standing/standing.ts";

/** What the routes of the sync service work with. */
export interface SyncContext {
  runtime: Runtime;
  archive: Archive;
  own: Own;
  /** What this node has issued, as staff look for it. */
  ownArchive: Client<typeof OwnArchiveService>;
  /** The archive, for a service that was not there when its records came. */
  history: HistorySource;
  ask: Ask;
  gather: Gather;
  records: JudgedRecords;
  /** Certificates of which a second record came. */
  forks: Forks;
  settleFork: SettleFork;
  /** Takes over what the province has settled for. Absent at the province, and where nothing is issued. */
  following: FollowSettled | undefined;
  grants: Grants;
  judge: JudgeRecord;
  /** Present at the province. */
  compare: Compare | undefined;
  /** Who asked for this node's own archive to compare it, and what was answered last, since the process began. */
  askedArchives: Map<string, AskedArchive>;
  /** Absent at a node without a province. */
  statuses: StatusPublisher | undefined;
  backfill: StateBackfill;
  /** Absent at a node without a province. */
  register: RegisterPublisher | undefined;
  /** Absent at a node without a province. */
  nodeKeys: NodeKeyPublisher | undefined;
  links: readonly PeerLink[];
  /** What stood in their way last. */
  lastFaults: LastFaults;
  /** Present at the province, where the streams lie. */
  streams: StreamKeeper | undefined;
  /** Where this node stands against its peers. */
  standings: Standings;
  /** Brings this node forward after an older copy of it was started. */
  recovery: Recovery;
  /** Relays of this node's outboxes, by the service that owns them. */
  relays: ReadonlyMap<ServiceName, OutboxRelay>;
  /** Node of the province; `undefined` at the province itself, or where none is configured. */
  province: string | undefined;
}

/** Handlers of {@link ExchangeService}, for the files of its routes. */
export type Exchange = Handlers<typeof ExchangeService>;
