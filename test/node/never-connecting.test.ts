import { afterAll, expect, test, vi } from "vitest";
import { dial } from "../../agent/link.ts";
import { openOperator } from "../../ops/trial/operator.ts";
import { OutboxService } from "../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { refusalFromError } from "../../services/call/refusal/refusal-wire.ts";
import type { Refusal } from "../../services/domain/refusal.ts";
import { type RunningNode, startNode } from "../../services/node/node.ts";
import type { Runtime } from "../../services/node/runtime.ts";
import { callerModule } from "./caller-module.ts";
import { acceptingPeer, droppingPeer, handshakingPeer, type MutePeer } from "./mute-peer.ts";
import { makeNodeFiles, NODE, type NodeFiles } from "./node-files.ts";
import { outboxModule } from "./outbox-module.ts";

const files: NodeFiles = makeNodeFiles();
const running: RunningNode[] = [];
const opened: MutePeer[] = [];

afterAll(async () => {
  for (const peer of opened) peer.close();
  await Promise.all(running.map((node) => node.stop()));
  files.remove();
});

/** Peers whose packets are dropped, that accept and are silent, that end TLS and are silent. */
async function openPeers(): Promise<MutePeer[]> {
  const identity = files.identity(files.certify("service", ["issue"]));
  const peers = await Promise.all([droppingPeer(), acceptingPeer(), handshakingPeer(identity)]);
  opened.push(...peers);
  return peers;
}

async function start(...[config, modules]: Parameters<typeof startNode>): Promise<RunningNode> {
  const node = await startNode(config, modules, { drainMs: 2_000 });
  running.push(node);
  return node;
}

/** A caller: a sync service in a process of its own that knows where issue is. Gives its runtime. */
async function startCaller(address: string): Promise<Runtime> {
  const { module, runtime } = callerModule();
  await start(files.config(["sync"], { mesh: { issue: { addresses: [address] } } }), [module]);
  return runtime();
}

/** What a call to each peer is refused with. */
const refusals = (peers: readonly MutePeer[], call: (address: string) => Promise<unknown>) =>
  Promise.all(
    peers.map(({ port }) =>
      call(`127.0.0.1:${port}`).then(
        () => "an answer",
        (error): Refusal => refusalFromError(error),
      ),
    ),
  );
const AWAY = expect.objectContaining({ reason: "PEER_AWAY" });
/** Longer than any bound that is tested here: it ends only calls that nothing else has ended. */
const LONG = { timeoutMs: 60_000 };

test.concurrent("a channel of the mesh that never connects refuses with PEER_AWAY, and is good again by itself", async () => {
  const peers = await openPeers();
  const clients = new Map<string, ReturnType<typeof clientOf>>();
  const clientOf = (runtime: Runtime) => runtime.client(OutboxService, "issue");
  for (const { port } of peers) clients.set(`127.0.0.1:${port}`, clientOf(await startCaller(`127.0.0.1:${port}`)));
  const refused = await refusals(
    peers,
    (address) => clients.get(address)?.listPendingEvents({}, LONG) as Promise<unknown>,
  );
  expect(refused).toEqual([AWAY, AWAY, AWAY]);

  // What was begun with the mute ones is still open when something else takes their addresses.
  await Promise.all(peers.map((peer) => peer.leave()));
  for (const address of clients.keys()) {
    const listeners = { mesh: { address }, admin: { address: "127.0.0.1:0" } };
    await start(files.config(["issue"], { listeners }), [outboxModule().module]);
  }
  for (const client of clients.values()) {
    // An attempt that was begun with the mute one ends first.
    const answered = async () => expect((await client.listPendingEvents({}, LONG)).nextPageToken).toBe("a:");
    await vi.waitFor(answered, { timeout: LONG.timeoutMs });
  }
});

test.concurrent("a call whose own time ends while nothing connects is told that the other side is away, not that it was slow", async () => {
  const [peer] = (await openPeers()) as [MutePeer];
  const client = (await startCaller(`127.0.0.1:${peer.port}`)).client(OutboxService, "issue");
  const refusal = await client.confirmEvents({}, { timeoutMs: 500 }).catch((error: Refusal) => error);
  expect(refusal).toMatchObject({ reason: "PEER_AWAY", metadata: { node: NODE, service: "issue" } });
});

test.concurrent("an agent's link that never connects ends, so that it is dialled anew", async () => {
  const tls = { ...files.certify("agent", ["agent"]), caFile: files.caFile };
  const refused = await refusals(await openPeers(), (address) => {
    const client = dial({ core: { name: "core", address }, node: NODE, tls });
    const asBytes = (bytes: Buffer) => bytes;
    const stream = client.makeBidiStreamRequest("/ecert.agent.v1.AgentService/Connect", asBytes, asBytes);
    return new Promise((_, reject) => stream.on("error", reject)).finally(() => client.close());
  });
  expect(refused).toEqual([AWAY, AWAY, AWAY]);
});

test.concurrent("an operator's call that never connects is refused with PEER_AWAY", async () => {
  const operator = openOperator({ ...files.certify("operator", ["operator"]), caFile: files.caFile });
  const refused = await refusals(await openPeers(), (address) =>
    operator.client(OutboxService, address).listPendingEvents({}, LONG),
  );
  expect(refused).toEqual([AWAY, AWAY, AWAY]);
  operator.close();
});
