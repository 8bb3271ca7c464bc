import { type Client, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { ChannelCredentials, Client as GrpcClient } from "@grpc/grpc-js";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AgentService } from "../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { type CallContext, mount } from "../../services/call/chain/service.ts";
import { grpcTransport } from "../../services/call/client/grpc-transport.ts";
import { refusalFromError } from "../../services/call/refusal/refusal-wire.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { DEFAULT_LIMITS } from "../../services/host/limits.ts";
import { type RunningNode, startNode } from "../../services/node/node.ts";
import type { ServiceModule } from "../../services/node/runtime.ts";
import { eventually } from "./eventually.ts";
import { type Identity, makeNodeFiles, type NodeFiles } from "./node-files.ts";

let files: NodeFiles;
let node: RunningNode;
let agent: Identity;
/** Names of hello messages that the service has read, and the context of the last call. */
let read: string[] = [];
let last: CallContext | undefined;

/** Answers each hello with its name; `end`, `refuse` and `fail` do that instead. */
const issue: ServiceModule = {
  name: "issue",
  async start() {
    const service = mount(AgentService, {
      async *connect(requests, call) {
        last = call;
        for await (const { body } of requests) {
          const name = body.case === "hello" ? body.value.agent : "";
          read.push(name);
          if (name === "end") return;
          if (name === "refuse") throw new Refusal("AGENT_AWAY", "not now", { retryAfterMs: 700 });
          if (name === "fail") throw new Error("secret");
          yield { body: { case: "welcome", value: { replica: name, time: "x".repeat(1_000) } } };
        }
        yield { body: { case: "welcome", value: { replica: "bye" } } };
      },
    });
    return { services: [service], ready: async () => {}, stop: async () => {} };
  },
};

beforeAll(async () => {
  files = makeNodeFiles();
  agent = files.identity(files.certify("agent", ["gz-scjg"]));
  node = await startNode(files.config(["issue"], { limits: { ...DEFAULT_LIMITS, inFlight: 1, streams: 3 } }), [issue]);
});

afterAll(async () => {
  await node.stop();
  files.remove();
});

beforeEach(() => {
  read = [];
});

/** A stream of hello messages that stays open after the last until `signal` aborts. */
async function* hellos(names: Iterable<string>, open?: AbortSignal) {
  for (const agent of names) yield { body: { case: "hello" as const, value: { agent } } };
  if (open && !open.aborted) await new Promise((resolve) => open.addEventListener("abort", resolve, { once: true }));
}

const TRANSPORTS = {
  "grpc-js to the mesh listener": () =>
    grpcTransport(
      new GrpcClient(node.addresses.mesh as string, ChannelCredentials.createSsl(agent.ca, agent.key, agent.cert)),
      {},
    ),
  "gRPC of connect-node to the Connect listener": () =>
    createGrpcTransport({ baseUrl: `https://${node.addresses.connect}`, nodeOptions: { ...agent } }),
};

describe.each(Object.entries(TRANSPORTS))("a bidirectional stream over %s", (_name, open) => {
  let client: Client<typeof AgentService>;
  const gather = async (answers: ReturnType<typeof client.connect>) => {
    const seen: string[] = [];
    for await (const { body } of answers) if (body.case === "welcome") seen.push(body.value.replica);
    return seen;
  };
  const failure = (running: Promise<unknown>) => running.then(() => undefined, refusalFromError);

  beforeEach(() => {
    client = createClient(AgentService, open());
  });

  test("carries thousands of messages both ways in order, and ends when the caller has said all", async () => {
    const names = Array.from({ length: 3_000 }, (_, index) => `a${index}`);
    expect(await gather(client.connect(hellos(names)))).toEqual([...names, "bye"]);
    expect(last?.caller).toEqual({ kind: "agent", node: "440100", name: "gz-scjg" });
    expect(last?.deadline).toBeUndefined();
  });

  test("may be ended by the service while the caller still speaks", async () => {
    const speaking = new AbortController();
    expect(await gather(client.connect(hellos(["a", "end"], speaking.signal)))).toEqual(["a"]);
    speaking.abort();
  });

  test("ends with the refusal that the service threw", async () => {
    const speaking = new AbortController();
    const refusal = await failure(gather(client.connect(hellos(["a", "refuse"], speaking.signal))));
    expect(refusal).toMatchObject({ reason: "AGENT_AWAY", message: "not now", retryAfterMs: 700 });
    const fault = await failure(gather(client.connect(hellos(["fail"], speaking.signal))));
    expect(fault?.reason).toBe("INTERNAL");
    expect(fault?.message).not.toContain("secret");
    speaking.abort();
  });

  test("tells the service when the caller has gone", async () => {
    const [gone, speaking] = [new AbortController(), new AbortController()];
    const seen = failure(gather(client.connect(hellos(["a"], speaking.signal), { signal: gone.signal })));
    await eventually(() => expect(read).toEqual(["a"]));
    const call = last;
    gone.abort();
    expect((await seen)?.reason).toMatch(/CANCELLED|PEER_AWAY/);
    await eventually(() => expect(call?.signal.aborted).toBe(true));
    speaking.abort();
  });

  test("does not count against the limit when it has ended; one too many is refused", async () => {
    const open = new AbortController();
    const held = Array.from({ length: 3 }, () => failure(gather(client.connect(hellos(["a"], open.signal)))));
    await eventually(() => expect(read).toEqual(["a", "a", "a"]));
    expect((await failure(gather(client.connect(hellos(["b"])))))?.reason).toBe("OVERLOADED");
    open.abort();
    await Promise.all(held);
    expect(await gather(client.connect(hellos(["b"])))).toEqual(["b", "bye"]);
  });
});
