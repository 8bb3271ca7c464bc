/**
 * A node with small services on every listener, in a process of its own, so that what attacks cost can be measured apart from the
 * attacker. `node --expose-gc listening-node.ts CONFIG-FILE`, started by `fork`; tells its addresses, then answers every message with a
 * {@link NodeReport}.
 */
import { readFileSync } from "node:fs";
import type { DescService } from "@bufbuild/protobuf";
import { watchTurns } from "../../ops/bench/turns.ts";
import { AgentService } from "../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { IssueService } from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { VerifyService } from "../../proto/gen/ecert/usage/v1/verify_service_pb.ts";
import { type Handlers, mount } from "../../services/call/chain/service.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import type { NodeConfig } from "../../services/host/config.ts";
import { readOrder } from "../../services/issue/make/order.ts";
import { startNode } from "../../services/node/node.ts";
import type { ServiceModule } from "../../services/node/runtime.ts";

/** What a node has seen since the last report. */
export interface NodeReport {
  /** Processor time of the longest turn of the serving loop, milliseconds. */
  turn: number;
  /** Memory of the buffers that live, bytes. */
  buffers: number;
  /** The most that buffers took since the last report, what had not been collected included, bytes. */
  most: number;
  /** Calls that reached a handler. */
  handled: number;
}

let handled = 0;
let most = 0;

/** Handlers that serve nothing but what is given. */
function only<S extends DescService>(descriptor: S, handlers: Partial<Handlers<S>>): Handlers<S> {
  const refuse = () => Promise.reject(new Refusal("UNIMPLEMENTED", "not served here"));
  const all = descriptor.methods.map(({ localName }) => [localName, refuse]);
  return { ...Object.fromEntries(all), ...handlers } as Handlers<S>;
}

const usage: ServiceModule = {
  name: "usage",
  async start() {
    const verify = only(VerifyService, {
      async verifyDocument() {
        handled++;
        return {};
      },
    });
    return { services: [mount(VerifyService, verify)], ready: async () => {}, stop: async () => {} };
  },
};

const issue: ServiceModule = {
  name: "issue",
  async start() {
    const orders = only(IssueService, {
      async makeCertificate({ order }) {
        handled++;
        if (order) await readOrder(order);
        return {};
      },
    });
    const agents = mount(AgentService, {
      // Takes one message in and does not ask for another.
      async *connect(requests, { signal }) {
        handled++;
        await requests[Symbol.asyncIterator]().next();
        yield { body: { case: "welcome", value: {} } };
        if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      },
    });
    return { services: [mount(IssueService, orders), agents], ready: async () => {}, stop: async () => {} };
  },
};

const config = JSON.parse(readFileSync(process.argv[2] as string, "utf8")) as NodeConfig;
const node = await startNode(config, [issue, usage], { drainMs: 0 });
const turns = watchTurns();
setInterval(() => {
  most = Math.max(most, process.memoryUsage().arrayBuffers);
}, 5).unref();
process.on("message", (look) => {
  const report: NodeReport = { turn: turns.longest(), buffers: 0, most, handled };
  if (look === "memory") {
    global.gc?.();
    report.buffers = process.memoryUsage().arrayBuffers;
  }
  handled = 0;
  most = 0;
  process.send?.(report);
});
process.on("disconnect", () => process.exit(0));
process.send?.(node.addresses);
