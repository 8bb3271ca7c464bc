import { create } from "@bufbuild/protobuf";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  type ConnectResponse,
  HelloSchema,
  JobRefusalSchema,
  JobResultSchema,
  SignaturesSchema,
} from "../../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { Refusal } from "../../domain/refusal.ts";
import { AgentStream } from "./agent-stream.ts";
import { createSigning } from "./dispatch.ts";
import { FRESH_MS, type Signing, type SigningOptions } from "./signing.ts";
import type { SigningOrder } from "./signing-order.ts";

const parts = { metrics: { count: () => {}, observe: () => {}, gauge: () => {} }, monotonic: () => 0 };
const CERTIFICATE = Uint8Array.of(1, 2, 3);

const STATEMENT = { sha256: "v", text: "{}", signature: new Uint8Array(64) };

function order(bytes = 100): SigningOrder {
  return {
    seal: "S",
    certificate: CERTIFICATE,
    message: new Uint8Array(bytes),
    origin: undefined,
    numberGiven: false,
    template: { sha256: "t", text: "{}" },
    sealPicture: "p",
    version: STATEMENT,
    newest: STATEMENT,
    nodeKeys: undefined,
    attachments: new Map(),
  };
}

function streamOf(window: number, agent = "agent-a"): AgentStream {
  const seals = [{ seal: "S", signingCertificate: CERTIFICATE }];
  return new AgentStream(create(HelloSchema, { agent, version: "1", window, seals }), 0);
}

/** What the stream sent so far. */
async function sent(stream: AgentStream, messages: number): Promise<ConnectResponse["body"][]> {
  const bodies: ConnectResponse["body"][] = [];
  const outgoing = stream.outgoing();
  while (bodies.length < messages) bodies.push((await outgoing.next()).value?.body as ConnectResponse["body"]);
  return bodies;
}

function sizes(bodies: ConnectResponse["body"][]): number[] {
  return bodies.flatMap((body) => (body.case === "jobs" ? [body.value.jobs.length] : []));
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("a certificate that was made is announced with its template, and then once in a minute, to agents that offer its seal", async () => {
  let now = 0;
  const signing = createSigning({ ...parts, monotonic: () => now });
  const stream = streamOf(1);
  signing.join(stream);
  signing.announce("another", order().template);
  for (const at of [0, 1, 59_999, 60_000]) {
    now = at;
    signing.announce("S", order().template);
  }
  const job = signing.sign(order());
  job.catch(() => {});
  const assets = (await sent(stream, 4)).map((body) =>
    body.case === "assets" ? [body.value.documents.length, body.value.catalogVersions.length] : body.case,
  );
  expect(assets).toEqual([[1, 0], [0, 0], [0, 1], "jobs"]);
  signing.leave(stream);
});

describe("batches", () => {
  test("a message has at most 64 jobs", async () => {
    const signing = createSigning({ ...parts });
    const stream = streamOf(200);
    signing.join(stream);
    for (let count = 0; count < 150; count++) signing.sign(order()).catch(() => {});
    expect(sizes(await sent(stream, 4))).toEqual([64, 64, 22]);
    signing.leave(stream);
  });

  test("a message has at most 1 MiB of data messages", async () => {
    const signing = createSigning({ ...parts });
    const stream = streamOf(200);
    signing.join(stream);
    for (let count = 0; count < 5; count++) signing.sign(order(400_000)).catch(() => {});
    expect(sizes(await sent(stream, 4))).toEqual([2, 2, 1]);
    signing.leave(stream);
  });

  test("attachments go right before the jobs whose faces show them, at most 1 MiB with them, each once", async () => {
    const signing = createSigning({ ...parts });
    const stream = streamOf(200);
    signing.join(stream);
    const content = new Uint8Array(300_000);
    for (const names of [["a"], ["a", "b"], ["c"], ["d"], ["e"]]) {
      const attachments = new Map(names.map((name): [string, Uint8Array] => [name, content]));
      signing.sign({ ...order(), attachments }).catch(() => {});
    }
    const bodies = await sent(stream, 5);
    expect(bodies.map((body) => body.case)).toEqual(["assets", "assets", "jobs", "assets", "jobs"]);
    expect(sizes(bodies)).toEqual([2, 3]);
    expect(bodies.flatMap((body) => (body.case === "assets" ? [body.value.attachments.length] : []))).toEqual([
      0, 2, 3,
    ]);
    signing.leave(stream);
  });

  test("jobs are spread over the agents of a seal by the room they have", async () => {
    const signing = createSigning({ ...parts });
    const streams = [streamOf(40, "a"), streamOf(10, "b")] as const;
    for (const stream of streams) signing.join(stream);
    for (let count = 0; count < 60; count++) signing.sign(order()).catch(() => {});
    await turn();
    expect(streams.map(({ inFlight }) => inFlight.size)).toEqual([40, 10]);
    for (const stream of streams) signing.leave(stream);
  });
});

describe("limits", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const reasonOf = (promise: Promise<unknown>) =>
    promise.then(
      () => "none",
      (error: unknown) => (error instanceof Refusal ? error.reason : error),
    );

  test("more jobs than may wait are refused with OVERLOADED", async () => {
    const signing = createSigning({ ...parts, queueLimit: 3 });
    signing.join(streamOf(1));
    const waiting = [1, 2, 3].map(() => reasonOf(signing.sign(order())));
    expect(await reasonOf(signing.sign(order()))).toBe("OVERLOADED");
    vi.runAllTimers();
    expect(await Promise.all(waiting)).toEqual(Array(3).fill("DEADLINE_EXCEEDED"));
  });

  test("an answer that comes after the deadline is ignored, and frees its place", async () => {
    const signing = createSigning({ ...parts, deadlineMs: 1_000 });
    const stream = streamOf(1);
    signing.join(stream);
    const first = reasonOf(signing.sign(order()));
    await turn();
    const [jobId = ""] = stream.inFlight.keys();
    vi.advanceTimersByTime(1_001);
    expect(await first).toBe("DEADLINE_EXCEEDED");
    const second = signing.sign(order());
    await turn();
    expect([...stream.inFlight.keys()]).toEqual([jobId]);
    const value = create(SignaturesSchema, { journalEntry: 9n });
    const answer = (id: string) => create(JobResultSchema, { jobId: id, outcome: { case: "signatures", value } });
    signing.results(stream, [answer(jobId)]);
    await turn();
    const [next = ""] = stream.inFlight.keys();
    expect(next).not.toBe(jobId);
    signing.results(stream, [answer(next), answer("unknown")]);
    expect(await second).toMatchObject({ agent: "agent-a", journalEntry: 9 });
  });
});

describe("5.2.3 a replica that has just started, to which its agents did not dial again yet", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  let time = 0;
  /** What has become of an order, without waiting for it. */
  function ask(signing: Signing) {
    const outcome = { reason: "none yet" };
    void signing.sign(order()).catch((error: Refusal) => {
      outcome.reason = error.reason;
    });
    return outcome;
  }
  const fresh = (options: Partial<SigningOptions> = {}) => {
    time = 0;
    return createSigning({ ...parts, monotonic: () => time, ...options });
  };

  test("an order waits for an agent of its seal, and is sent to it as soon as it comes", async () => {
    const signing = fresh();
    const outcome = ask(signing);
    vi.advanceTimersByTime(2_999);
    await turn();
    const stream = streamOf(4);
    signing.join(stream);
    await turn();
    vi.advanceTimersByTime(5_001);
    await turn();
    expect([stream.inFlight.size, outcome.reason]).toEqual([1, "none yet"]);
    signing.leave(stream);
  });

  test("where none comes within 3 s it is refused with AGENT_AWAY, so that its caller can ask another replica", async () => {
    const outcome = ask(fresh());
    vi.advanceTimersByTime(2_999);
    await turn();
    expect(outcome.reason).toBe("none yet");
    vi.advanceTimersByTime(1);
    await turn();
    expect(outcome.reason).toBe("AGENT_AWAY");
  });

  test("from 15 s after the start on it is refused at once", async () => {
    const signing = fresh();
    time = FRESH_MS;
    const outcome = ask(signing);
    await turn();
    expect(outcome.reason).toBe("AGENT_AWAY");
  });

  test("orders that wait so count against the limit of the queue", async () => {
    const signing = fresh({ queueLimit: 1 });
    const outcomes = [ask(signing), ask(signing)];
    await turn();
    expect(outcomes.map(({ reason }) => reason)).toEqual(["none yet", "OVERLOADED"]);
  });

  test("an agent that comes with another certificate, or a replica that stops, ends the wait", async () => {
    const signing = fresh();
    const [distrusted, other] = [ask(signing), fresh()];
    const seals = [{ seal: "S", signingCertificate: Uint8Array.of(9) }];
    signing.join(new AgentStream(create(HelloSchema, { agent: "a", version: "1", window: 1, seals }), 0));
    const stopped = ask(other);
    other.stop();
    await turn();
    expect([distrusted.reason, stopped.reason]).toEqual(["SIGNER_UNTRUSTED", "AGENT_AWAY"]);
  });
});

test("a document that an agent lacks is sent once more, and the job with it", async () => {
  const signing = createSigning({ ...parts });
  const stream = streamOf(4);
  signing.join(stream);
  const outcome = signing.sign(order()).catch((error: unknown) => error);
  await sent(stream, 2);
  const lacking = () => {
    const [jobId = ""] = stream.inFlight.keys();
    const value = create(JobRefusalSchema, { reason: "DOCUMENT_MISSING", message: "no" });
    signing.results(stream, [create(JobResultSchema, { jobId, outcome: { case: "refusal", value } })]);
  };
  lacking();
  const again = await sent(stream, 2);
  expect(again.map((body) => body.case)).toEqual(["assets", "jobs"]);
  lacking();
  expect(await outcome).toMatchObject({ reason: "DOCUMENT_MISSING" });
});
