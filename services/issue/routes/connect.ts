import type {
  AgentService,
  ConnectRequest,
  Heartbeat,
  Hello,
  JobResult,
} from "../../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import type { CallContext, Handlers } from "../../call/chain/service.ts";
import type { ChainHead } from "../../domain/hash-chain.ts";
import { instantOf } from "../../domain/instant.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { AgentStream } from "../agents/agent-stream.ts";
import { createLateness } from "../agents/heartbeat-lateness.ts";
import { createJournalWitness } from "../agents/journal-witness.ts";
import { toldOfficers } from "../agents/told-officers.ts";
import type { IssueContext } from "../context.ts";

/** Milliseconds of silence after which a stream is dead: three heartbeats of the contract. */
const SILENCE_MS = 45_000;
/** An agent is told the time again so often: one of the clocks may have been set since it came. */
const TIME_MS = 30_000;

/**
 * Serves one agent's stream (5.2.3, 5.8.4): hello, welcome, then jobs and their answers until either side ends it. The name
 * in the hello must be the one that the agent's client certificate proves.
 */
export function connect(context: IssueContext): Handlers<typeof AgentService>["connect"] {
  const { runtime, signing, heads, roll, lost, renderPool } = context;
  const witness = createJournalWitness(runtime);

  return async function* (requests, call) {
    const incoming = requests[Symbol.asyncIterator]();
    const hello = await readHello(incoming, call);
    const stream = new AgentStream(hello, runtime.monotonic());
    const fields = { agent: stream.agent, version: stream.version, seals: [...stream.offers.keys()] };
    call.note({ agent: stream.agent });
    // Before anything can be signed: what this node does not know of, and whether the journal is the one that was seen.
    await lost.told(stream.agent, hello.recent);
    const { behind, mark } = await heads.judge(hello);
    if (behind && mark) stream.doubtJournal(mark);
    const leave = () => signing.leave(stream);
    call.signal.addEventListener("abort", leave);
    const time = setInterval(() => stream.push({ body: { case: "welcome", value: welcome() } }), TIME_MS).unref();
    let silent = false;
    const watch = setInterval(() => {
      silent = runtime.monotonic() - stream.lastHeard > SILENCE_MS;
      if (silent) leave();
    }, SILENCE_MS / 3).unref();
    try {
      yield { body: { case: "welcome", value: welcome(mark) } };
      signing.join(stream);
      void roll.came(stream);
      // Where there is somebody to sign, something is made soon: its first face need not wait for the thread.
      renderPool.warm();
      runtime.log.info(fields, "agent connected");
      listen(incoming, stream).then(leave, leave);
      yield* stream.outgoing();
    } finally {
      clearInterval(watch);
      clearInterval(time);
      call.signal.removeEventListener("abort", leave);
      leave();
      await heads.left(stream.agent);
      await roll.left(stream, stream.draining ? "drained" : silent ? "silent" : "ended");
      runtime.log.info(fields, "agent left");
    }
  };

  function welcome(mark?: ChainHead) {
    const { config, replica } = runtime;
    const journal = mark && { journal: { entry: BigInt(mark.n), hash: mark.hash } };
    return { node: config.node.code, replica, time: runtime.now().toISOString(), ...journal };
  }

  /**
   * Keeps what a heartbeat tells of the journal, and settles a doubt: the agent has compared its journal with the welcome by now. Of a
   * journal that is an older copy nothing is kept: it would take the place of what was seen.
   */
  function hearJournal(stream: AgentStream, { reason, journalEntries, journalHash }: Heartbeat): void {
    const head = { n: Number(journalEntries), hash: journalHash };
    const { agent, doubt } = stream;
    const lacks = doubt !== undefined && !reaches(head, doubt);
    if (reason === "JOURNAL_BEHIND" || lacks) {
      distrust(stream, doubt ?? head);
      return;
    }
    stream.doubt = undefined;
    if (journalHash !== "" && !heads.heard(agent, head)) distrust(stream, head);
  }

  function distrust(stream: AgentStream, seen: ChainHead): void {
    if (!stream.distrusted) {
      const what = "the journal of the agent is an older copy of what was seen of it: it gets no jobs";
      runtime.log.error({ agent: stream.agent, seen: seen.n }, what);
    }
    stream.distrusted = true;
    stream.doubtJournal(seen);
  }

  function hearResults(stream: AgentStream, results: readonly JobResult[]): void {
    signing.results(stream, results);
    if (stream.doubt) return;
    for (const { outcome } of results)
      if (outcome.case === "signatures") heads.signed(stream.agent, Number(outcome.value.journalEntry));
  }

  async function listen(incoming: AsyncIterator<ConnectRequest>, stream: AgentStream): Promise<void> {
    const lateness = createLateness(stream.lastHeard);
    for (;;) {
      const { value, done } = await incoming.next();
      if (done) return;
      stream.lastHeard = runtime.monotonic();
      const { body } = value;
      if (body.case === "results") hearResults(stream, body.value.results);
      if (body.case === "heartbeat") {
        hearJournal(stream, body.value);
        signing.heartbeat(stream, body.value);
        void roll.heard(stream);
        witness.heard(stream.agent, body.value);
        const lateMs = lateness(stream.lastHeard);
        const { time } = body.value;
        if (time !== "")
          runtime.clock.observed(`agent ${stream.agent}`, instantOf(time) - runtime.now().getTime(), lateMs);
      }
      if (body.case === "officers") stream.officers = toldOfficers(body.value);
      if (body.case === "drain") signing.drain(stream);
    }
  }
}

function reaches({ n, hash }: ChainHead, seen: ChainHead): boolean {
  return n > seen.n || (n === seen.n && (seen.hash === "" || seen.hash === hash));
}

async function readHello(incoming: AsyncIterator<ConnectRequest>, call: CallContext): Promise<Hello> {
  const { value, done } = await incoming.next();
  if (done || value.body.case !== "hello") {
    throw refuseField(
      "INVALID_FIELD",
      "body",
      "the first message must be hello",
      "introduce the agent first",
      "首条消息应为hello，请先说明是哪个签名代理",
    );
  }
  const hello = value.body.value;
  const { caller } = call;
  if (caller.kind === "agent" && caller.name === hello.agent) return hello;
  throw new Refusal("PERMISSION_DENIED", `the client certificate does not name agent ${hello.agent}`, {
    metadata: { agent: hello.agent },
  });
}
