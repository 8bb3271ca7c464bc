import { CatalogService } from "../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { createEndpoint } from "./endpoint.ts";
import { createFailover } from "./failover.ts";
import { createIssuing, type Issuing } from "./issuing.ts";
import { type ConnectorOptions, checkOptions, type Place } from "./options.ts";
import { type Context, createUsageSession, type UsageSession } from "./usage.ts";

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
    probe: () => home.open(CatalogService).listCatalogItems({ pageSize: 1 }, { timeoutMs: 2_000 }),
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
