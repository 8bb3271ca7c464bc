import type { AgentService, ConnectRequest, Hello } from "../../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import type { CallContext, Handlers } from "../../runtime/service.ts";
import { AgentStream } from "../agent-stream.ts";
import type { IssueContext } from "../context.ts";
import { createJournalWitness } from "../journal-witness.ts";

/** Milliseconds of silence after which a stream is dead: three heartbeats of the contract. */
const SILENCE_MS = 45_000;

/**
 * Serves one agent's stream (5.2.3, 5.8.4): hello, welcome, then jobs and their answers until either side ends it. The name
 * in the hello must be the one that the agent's client certificate proves.
 */
export function connect(context: IssueContext): Handlers<typeof AgentService>["connect"] {
  const { runtime, signing } = context;
  const witness = createJournalWitness(runtime);

  return async function* (requests, call) {
    const incoming = requests[Symbol.asyncIterator]();
    const stream = new AgentStream(await readHello(incoming, call), Date.now());
    const fields = { agent: stream.agent, version: stream.version, seals: [...stream.offers.keys()] };
    call.note({ agent: stream.agent });
    const leave = () => signing.leave(stream);
    call.signal.addEventListener("abort", leave);
    const watch = setInterval(() => {
      if (Date.now() - stream.lastHeard > SILENCE_MS) leave();
    }, SILENCE_MS / 3).unref();
    try {
      yield { body: { case: "welcome", value: welcome() } };
      signing.join(stream);
      runtime.log.info(fields, "agent connected");
      listen(incoming, stream).then(leave, leave);
      yield* stream.outgoing();
    } finally {
      clearInterval(watch);
      call.signal.removeEventListener("abort", leave);
      leave();
      runtime.log.info(fields, "agent left");
    }
  };

  function welcome() {
    const { config, replica } = runtime;
    return { node: config.node.code, replica, time: runtime.now().toISOString() };
  }

  async function listen(incoming: AsyncIterator<ConnectRequest>, stream: AgentStream): Promise<void> {
    for (;;) {
      const { value, done } = await incoming.next();
      if (done) return;
      stream.lastHeard = Date.now();
      const { body } = value;
      if (body.case === "results") signing.results(stream, body.value.results);
      if (body.case === "heartbeat") {
        signing.heartbeat(stream, body.value);
        witness.heard(stream.agent, body.value);
      }
      if (body.case === "drain") signing.drain(stream);
    }
  }
}

async function readHello(incoming: AsyncIterator<ConnectRequest>, call: CallContext): Promise<Hello> {
  const { value, done } = await incoming.next();
  if (done || value.body.case !== "hello") {
    throw refuseField("INVALID_FIELD", "body", "the first message must be hello", "introduce the agent first");
  }
  const hello = value.body.value;
  const { caller } = call;
  if (caller.kind === "agent" && caller.name === hello.agent) return hello;
  throw new Refusal("PERMISSION_DENIED", `the client certificate does not name agent ${hello.agent}`, {
    metadata: { agent: hello.agent },
  });
}
