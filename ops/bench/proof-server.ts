/**
 * What the cost of a proof is measured on: the real chain on two real listeners of one process, over methods that answer nothing. One listener judges
 * who calls and whether they may, as a node does; the other takes everybody. `node proof-server.ts FOLDER`, started by `fork` ({@link proofCosts}
 * writes the folder); tells its addresses, and, whenever it is asked, the processor time that it has used, in microseconds.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DescService } from "@bufbuild/protobuf";
import { HolderService } from "../../proto/gen/ecert/usage/v1/holder_service_pb.ts";
import { UsageService } from "../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { pause } from "../../services/base/pause.ts";
import { createCallChain } from "../../services/call/chain/call-chain.ts";
import { openCallLog } from "../../services/call/chain/call-log.ts";
import { followRefusedApps } from "../../services/call/chain/refused-apps.ts";
import { createRouteTable, type RouteTable } from "../../services/call/chain/routes.ts";
import type { MountedService } from "../../services/call/chain/service.ts";
import { openGrpcServer } from "../../services/call/listen/grpc-server.ts";
import { openListeners } from "../../services/call/listen/listeners.ts";
import { createByteBudget } from "../../services/call/request/byte-budget.ts";
import { createRequestParser } from "../../services/call/request/request-parser.ts";
import type { NodeConfig } from "../../services/host/config.ts";
import { DEFAULT_LIMITS } from "../../services/host/limits.ts";
import { openLog } from "../../services/host/log.ts";
import { openMetrics } from "../../services/host/metrics.ts";
import { readTls } from "../../services/host/tls.ts";

const ANYWHERE = "127.0.0.1:0";
const [folder = ""] = process.argv.slice(2);
const config = {
  ...(JSON.parse(readFileSync(join(folder, "config.json"), "utf8")) as NodeConfig),
  listeners: { public: { address: ANYWHERE } },
  limits: DEFAULT_LIMITS,
};
const node = config.node.code;
const log = openLog("error", {});
const metrics = openMetrics({ node });
const tls = readTls(config.tls, config.tls.caFile);
const stopping = new AbortController();
const opened = new AsyncDisposableStack();

function answering(descriptor: DescService): MountedService {
  return { descriptor, handlers: Object.fromEntries(descriptor.methods.map(({ localName }) => [localName, nothing])) };
}

async function nothing(): Promise<object> {
  return {};
}

const callLog = await openCallLog({ file: join(folder, "calls.log"), onError: () => {} });
const mountings = [UsageService, HolderService].map(answering);
const routes = createRouteTable(mountings.map((service) => ({ name: "usage", service, callLog })));
const chain = createCallChain({
  ...{ node, log, metrics: metrics.calls, limits: config.limits },
  now: () => new Date(),
  monotonic: () => performance.now(),
});

/** The identity service of a node none of whose apps is refused: it answers late, as a real one does while nothing changes. */
const identity = {
  async listRefusedApps({ waitMs = 0 }: { waitMs?: number }) {
    await pause(waitMs, stopping.signal, { ref: false });
    return { apps: [], mark: "none", nextPageToken: "" };
  },
};
const refused = followRefusedApps({ identity: identity as never, log, signal: stopping.signal });
const judging = await openListeners(
  {
    config,
    tls,
    routes,
    chain,
    now: () => new Date(),
    metrics: metrics.intake,
    log,
    refused,
    sessions: undefined,
    sites: [],
  },
  opened,
);

const open: RouteTable = {
  methods: routes.methods,
  find(path, target) {
    const route = routes.find(path, target);
    return route?.requirement && { ...route, requirement: { ...route.requirement, kinds: ["public"] } };
  },
};
const taking = await openGrpcServer({
  ...{
    node: config.node.code,
    routes: open,
    chain,
    limits: config.limits,
    metrics: metrics.intake,
    name: "public",
    tls,
    proof: "token",
  },
  intake: { budget: createByteBudget(config.limits, metrics.intake), limits: config.limits },
  parser: createRequestParser(routes.methods),
  address: ANYWHERE,
  authenticate: () => ({ kind: "public" }),
});

process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.(user + system);
});
process.on("disconnect", () => process.exit(0));
process.send?.({ judging: judging.public?.address, taking: taking.address });
