import { UsageService } from "../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { createEndpoint } from "./endpoint.ts";
import { createFailover } from "./failover.ts";
import { createIssuing, type Issuing } from "./issuing.ts";
import { type ConnectorOptions, checkOptions, type Place } from "./options.ts";
import { type Context, createUsageSession, type UsageSession } from "./usage.ts";

/** How long a home that comes back may take for its first answer, milliseconds. */
const PROBE_MS = 2_000;

/** What a department system holds: one per app and process. */
export interface Connector {
  readonly issuing: Issuing;
  /** Opens a session for one case (5.4.3). */
  use(context: Context): UsageSession;
  /** Which side serves usage now. */
  readonly place: Place;
  close(): void;
}

/**
 * Creates a connector (对接模块, 5.4.1). Nothing is connected before the first call. When the home core cannot serve, usage
 * moves to the province's stand-by by itself, and back once the home core answers again.
 */
export function createConnector(options: ConnectorOptions): Connector {
  const checked = checkOptions(options);
  const home = createEndpoint(checked.home, checked);
  const standBy = checked.standBy && createEndpoint(checked.standBy, checked);
  const failover = createFailover({
    hasStandBy: standBy !== undefined,
    failuresToSwitch: checked.failuresToSwitch,
    probeIntervalMs: checked.probeIntervalMs,
    homeNode: checked.appKey.split("-", 1)[0] as string,
    // What stands behind usage at home: its own process, the catalog and the store.
    probe: () => home.impatient(UsageService).getAppUse({}, { timeoutMs: PROBE_MS }),
    onSwitch: checked.onSwitch,
  });
  return {
    issuing: createIssuing(home, checked),
    use: (context) => createUsageSession(context, { home, standBy }, failover, checked),
    get place() {
      return failover.place;
    },
    close() {
      failover.close();
      home.close();
      standBy?.close();
    },
  };
}
