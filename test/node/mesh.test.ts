import { connect } from "node:tls";
import { createClient } from "@connectrpc/connect";
import { ChannelCredentials, Client as GrpcClient } from "@grpc/grpc-js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { OutboxService } from "../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { mount, onBehalf } from "../../services/call/chain/service.ts";
import { grpcTransport } from "../../services/call/client/grpc-transport.ts";
import { refusalFromError } from "../../services/call/refusal/refusal-wire.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { splitAddress } from "../../services/host/listener.ts";
import { type RunningNode, startNode } from "../../services/node/node.ts";
import type { Runtime, ServiceModule } from "../../services/node/runtime.ts";
import { callerModule } from "./caller-module.ts";
import { eventually } from "./eventually.ts";
import { type Identity, makeNodeFiles, type NodeFiles } from "./node-files.ts";
import { outboxModule } from "./outbox-module.ts";

let files: NodeFiles;
let running: RunningNode[];

beforeEach(() => {
  files = makeNodeFiles();
  running = [];
});

afterEach(async () => {
  await Promise.all(running.map((node) => node.stop()));
  files.remove();
});

async function start(...[config, modules]: Parameters<typeof startNode>): Promise<RunningNode> {
  const node = await startNode(config, modules, { drainMs: 2_000 });
  running.push(node);
  return node;
}

/** A caller: a sync service in a process of its own that knows where issue is. Gives its runtime. */
async function startCaller(addresses: string[]): Promise<Runtime> {
  const { module, runtime } = callerModule();
  await start(files.config(["sync"], { mesh: { issue: { addresses } } }), [module]);
  return runtime();
}

const reasonOf = (call: Promise<unknown>) =>
  call.then(
    () => "OK",
    (error) => refusalFromError(error).reason,
  );

describe("the mesh listener", () => {
  const call = (node: RunningNode, { ca, key, cert }: Identity, headers: Record<string, string> = {}) => {
    const credentials = ChannelCredentials.createSsl(ca, key, cert);
    const client = new GrpcClient(node.addresses.mesh as string, credentials);
    const calling = createClient(OutboxService, grpcTransport(client, headers)).listPendingEvents({});
    return reasonOf(calling).finally(() => client.close());
  };

  test("takes no connection without a client certificate of our authority", async () => {
    const node = await start(files.config(["issue"]), [outboxModule().module]);
    const { host, port } = splitAddress(node.addresses.mesh as string);
    const { ca } = files.identity(files.certify("service", ["sync"]));
    const socket = connect({ host, port, ca, ALPNProtocols: ["h2"], minVersion: "TLSv1.2" });
    await expect(
      new Promise((resolve, reject) => {
        socket.once("error", reject);
        socket.once("close", resolve);
        socket.on("data", resolve);
      }),
    ).rejects.toThrow(/certificate required|ECONNRESET/);

    const stranger = makeNodeFiles();
    const foreign = stranger.identity(stranger.certify("service", ["sync"]));
    expect(await call(node, { ...foreign, ca })).toBe("PEER_AWAY");
    stranger.remove();
  });

  test("lets in who the contract names and nobody else (5.9.3)", async () => {
    const node = await start(files.config(["issue"]), [outboxModule().module]);
    const as = (...order: Parameters<NodeFiles["certify"]>) => files.identity(files.certify(...order));
    expect(await call(node, as("service", ["sync"]))).toBe("OK");
    expect(await call(node, as("service", ["usage"]))).toBe("PERMISSION_DENIED");
    expect(await call(node, as("service", ["sync"], "440300"))).toBe("PERMISSION_DENIED");
    expect(await call(node, as("agent", ["sync"]))).toBe("PERMISSION_DENIED");
    expect(await call(node, as("operator", ["sync"]))).toBe("PERMISSION_DENIED");
  });

  test("believes only names that the certificate carries", async () => {
    const node = await start(files.config(["issue"]), [outboxModule().module]);
    const both = files.identity(files.certify("service", ["usage", "sync"]));
    expect(await call(node, both, { "x-ecert-as": "sync" })).toBe("OK");
    expect(await call(node, both, { "x-ecert-as": "usage" })).toBe("PERMISSION_DENIED");
    expect(await call(node, files.identity(files.certify("service", ["usage"])), { "x-ecert-as": "sync" })).toBe(
      "PERMISSION_DENIED",
    );
  });
});

describe("a client of the mesh", () => {
  test("reaches the service by its name", async () => {
    const issue = await start(files.config(["issue"]), [outboxModule().module]);
    const sync = await startCaller([issue.addresses.mesh as string]);
    const client = sync.client(OutboxService, "issue");
    expect((await client.listPendingEvents({ pageToken: "x" })).nextPageToken).toBe("a:x");
  });

  test("refuses a server that is another service, though our authority certified it", async () => {
    const { module } = outboxModule("usage");
    const usage = await start(files.config(["usage"]), [module]);
    const sync = await startCaller([usage.addresses.mesh as string]);
    const issue = sync.client(OutboxService, "issue");
    expect(await reasonOf(issue.listPendingEvents({}, { timeoutMs: 1_000 }))).toBe("PEER_AWAY");
  });

  test("refuses with PEER_AWAY where no address is known", async () => {
    const sync = await startCaller(["127.0.0.1:1"]);
    expect(await reasonOf(sync.client(OutboxService, "usage").listPendingEvents({}))).toBe("PEER_AWAY");
    expect(await reasonOf(sync.client(OutboxService, { peer: "440300" }).listPendingEvents({}))).toBe("PEER_AWAY");
  });

  test("waits for a service of its node that is started again, within half of the call's time and 5 seconds", async () => {
    const address = "127.0.0.1:0";
    const first = await start(files.config(["issue"]), [outboxModule().module]);
    const fixed = first.addresses.mesh as string;
    await first.stop();
    const sync = await startCaller([fixed]);
    const client = sync.client(OutboxService, "issue");
    const impatient = await client.listPendingEvents({}, { timeoutMs: 1_000 }).catch((error: Refusal) => error);
    expect(impatient).toMatchObject({ reason: "PEER_AWAY", metadata: { node: "440100", service: "issue" } });
    const waiting = reasonOf(client.listPendingEvents({}));
    const listeners = { mesh: { address: fixed }, admin: { address } };
    await start(files.config(["issue"], { listeners }), [outboxModule().module]);
    expect(await waiting).toBe("OK");
  });

  test("carries deadline, cancellation, request id and trace from one hop to the next", async () => {
    const { module, probe } = outboxModule();
    const issue = await start(files.config(["issue"]), [module]);
    const relay: ServiceModule = {
      name: "sync",
      async start(runtime) {
        const next = runtime.client(OutboxService, "issue");
        const handlers = {
          listPendingEvents: next.listPendingEvents as never,
          confirmEvents: async () => ({}),
          getBlob: async () => ({}),
        };
        handlers.listPendingEvents = ((request: never, call: never) =>
          next.listPendingEvents(request, onBehalf(call))) as never;
        return { services: [mount(OutboxService, handlers)], ready: async () => {}, stop: async () => {} };
      },
    };
    const mesh = { issue: { addresses: [issue.addresses.mesh as string] } };
    const node = await start(files.config(["sync"], { mesh }), [relay]);
    const { ca, key, cert } = files.identity(files.certify("service", ["sync"]));
    const channel = new GrpcClient(node.addresses.mesh as string, ChannelCredentials.createSsl(ca, key, cert));
    const client = createClient(OutboxService, grpcTransport(channel, {}));

    const deadline = Date.now() + 3_000;
    await client.listPendingEvents({}, { timeoutMs: 3_000, headers: { "x-request-id": "hop" } });
    const [call] = probe.calls;
    expect(call?.requestId).toBe("hop");
    expect(Math.abs((call?.deadline?.getTime() ?? 0) - deadline)).toBeLessThan(1_000);

    const cancel = new AbortController();
    const waiting = reasonOf(client.listPendingEvents({ pageToken: "wait" }, { signal: cancel.signal }));
    await eventually(() => expect(probe.calls).toHaveLength(2));
    cancel.abort();
    expect(await waiting).toBe("CANCELLED");
    await eventually(() => expect(probe.calls[1]?.signal.aborted).toBe(true));
    channel.close();
  });
});

describe("two replicas", () => {
  async function startPair() {
    const pair = [outboxModule(), outboxModule()] as const;
    const a = await start(files.config(["issue"], { replica: "a" }), [pair[0].module]);
    const b = await start(files.config(["issue"], { replica: "b" }), [pair[1].module]);
    const sync = await startCaller([a, b].map(({ addresses }) => addresses.mesh as string));
    const client = sync.client(OutboxService, "issue");
    const seen = async (calls: number) => {
      const answers = await Promise.all(Array.from({ length: calls }, () => client.listPendingEvents({})));
      return new Set(answers.map(({ nextPageToken }) => nextPageToken.slice(0, 1)));
    };
    await eventually(async () => expect(await seen(8)).toEqual(new Set(["a", "b"])));
    return { a, b, pair, client, seen };
  }

  test("share the calls; one that says it cannot serve is left out until it can", async () => {
    const { pair, seen } = await startPair();
    pair[0].probe.fault = new Refusal("STORE_AWAY", "the store is gone");
    await eventually(async () => expect(await seen(8)).toEqual(new Set(["b"])));
    pair[0].probe.fault = undefined;
    await eventually(async () => expect(await seen(8)).toEqual(new Set(["a", "b"])));
  });

  test("fail no repeatable call when one of them stops under load", async () => {
    const { b, seen } = await startPair();
    const load = Array.from({ length: 20 }, () => seen(10));
    const [answers] = await Promise.all([Promise.all(load), b.stop()]);
    expect(answers).toHaveLength(20);
    expect(await seen(8)).toEqual(new Set(["a"]));
  });
});

describe("a graceful stop", () => {
  test("lets calls in flight finish and takes no new ones", async () => {
    const { module, probe } = outboxModule();
    const issue = await start(files.config(["issue"]), [module]);
    const sync = await startCaller([issue.addresses.mesh as string]);
    const client = sync.client(OutboxService, "issue");
    const inFlight = reasonOf(client.listPendingEvents({ pageToken: "wait" }));
    await eventually(() => expect(probe.calls).toHaveLength(1));
    const stopped = issue.stop();
    await eventually(() => expect(probe.runtime?.signal.aborted).toBe(true));
    expect(await reasonOf(client.confirmEvents({ keys: ["k"] }, { timeoutMs: 2_000 }))).toBe("PEER_AWAY");
    probe.release();
    expect(await inFlight).toBe("OK");
    await stopped;
  });

  test("cancels what does not finish in time", async () => {
    const { module, probe } = outboxModule();
    const issue = await startNode(files.config(["issue"]), [module], { drainMs: 50 });
    const sync = await startCaller([issue.addresses.mesh as string]);
    const client = sync.client(OutboxService, "issue");
    const inFlight = reasonOf(
      client.confirmEvents({ keys: ["k"] }).then(() => client.listPendingEvents({ pageToken: "wait" })),
    );
    await eventually(() => expect(probe.calls).toHaveLength(2));
    await issue.stop();
    expect(await inFlight).toBe("CANCELLED");
    probe.release();
  });
});
