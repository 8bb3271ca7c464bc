import { create } from "@bufbuild/protobuf";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  CompareStandingResponseSchema,
  type LinkMarks,
  LinkMarksSchema,
  Standing,
} from "../../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import { openEnd, PROVINCE } from "../../../test/attacks/link-end.ts";
import { bothEngines, type Engine } from "../../../test/fixtures/engines.ts";
import { createLinkGate } from "../wire/link-gate.ts";
import { openLinkStanding } from "./link-standing.ts";
import { openStandings } from "./standing.ts";

/** The city's end. Its province, which it believes without proof, says what the test says. */
async function openCity(engine: Engine) {
  const end = await openEnd(engine, "city");
  const calls = { open: 0, most: 0 };
  let says: { marks?: Partial<LinkMarks>; own?: Standing } = {};
  const time = { now: 0 };
  const errors: string[] = [];
  async function compareStanding() {
    calls.most = Math.max(calls.most, ++calls.open);
    await end.link.outgoing.mark();
    calls.open -= 1;
    const marks = create(LinkMarksSchema, {
      node: PROVINCE,
      time: end.runtime.now().toISOString(),
      ...(says.marks as object),
    });
    return create(CompareStandingResponseSchema, {
      standing: Standing.LEVEL,
      own: says.own ?? Standing.LEVEL,
      marks,
    });
  }
  const log = { ...end.runtime.log, error: (_: object, text: string) => void errors.push(text) };
  const runtime = {
    ...end.runtime,
    log: log as never,
    monotonic: () => time.now,
    client: () => ({ compareStanding }) as never,
  };
  const say = (next: typeof says) => {
    says = next;
  };
  const process = () => openLinkStanding(runtime, end.link, () => {});
  return { end, runtime, calls, time, errors, say, process, signal: new AbortController().signal };
}

/** The province has applied more than the city knows of. */
const BEHIND = { marks: { received: 50n, receivedDigest: "b".repeat(64) } };

describe.each(await bothEngines())("comparisons that meet others, on $name", (engine) => {
  test("the other sync process of a node that was brought forward is level with its next comparison", async () => {
    const { say, process, signal } = await openCity(engine);
    const [one, other] = [await process(), await process()];
    say(BEHIND);
    for (const each of [one, other]) {
      await each.compare(signal);
      expect(each.own.standing).toBe("behind");
    }
    const starting = await process();
    expect(starting.own.standing).toBe("behind");
    await one.goOn(signal);
    for (const each of [one, other, starting]) {
      await each.compare(signal);
      expect(each.own.standing).toBe("level");
    }
    expect((await process()).own.standing).toBe("uncompared");
  });

  test("what one process has found the other keeps too, though its own comparisons no longer show it", async () => {
    const { say, process, signal } = await openCity(engine);
    const [one, other] = [await process(), await process()];
    say(BEHIND);
    await one.compare(signal);
    say({});
    await other.compare(signal);
    expect(other.own.standing).toBe("behind");
  });

  test("a process that judges by marks from before the recovery keeps nothing of it", async () => {
    const { end, say, process, signal } = await openCity(engine);
    const [one, other] = [await process(), await process()];
    say(BEHIND);
    await one.compare(signal);
    await other.compare(signal);
    await one.goOn(signal);
    // As if the other had read its marks before.
    say({ marks: { ...BEHIND.marks, received: 51n } });
    await other.compare(signal);
    expect(other.own.standing).toBe("behind");
    expect((await process()).own.standing).toBe("uncompared");
    // Its bell rings, and it judges by what it reads then.
    await end.link.gate.bell.wait(60_000, signal);
    say(BEHIND);
    await other.compare(signal);
    expect(other.own.standing).toBe("level");
  });

  test("a recovery's numbers and the comparisons of every minute wait for each other", async () => {
    const { calls, say, process, signal } = await openCity(engine);
    const one = await process();
    say(BEHIND);
    await Promise.all([one.compare(signal), one.compare(signal), one.goOn(signal), one.compare(signal)]);
    expect(calls.most).toBe(1);
    expect(one.own.standing).toBe("level");
  });

  test("a peer that changes with each answer what it says of itself fills neither log nor evidence", async () => {
    const { end, errors, time, say, process, signal } = await openCity(engine);
    const one = await process();
    await one.compare(signal);
    const told = () => end.evidence.filter(({ kind }) => kind === "standing-changed").length;
    const minute = async () => {
      for (let second = 0; second < 60; second++) {
        time.now += 1_000;
        say({ own: second % 2 === 0 ? Standing.BEHIND : Standing.LEVEL });
        await one.compare(signal);
      }
    };
    await minute();
    expect([told(), errors.length]).toEqual([1, 1]);
    expect(one.peer.standing).toBe("level");
    // What still differs after the pause is told then.
    time.now += 1_000;
    await one.compare(signal);
    expect(end.evidence.at(-1)).toMatchObject({ kind: "standing-changed", body: { theirs: "level" } });
    expect(told()).toBe(2);
    // That this node itself is behind waits for nothing.
    say(BEHIND);
    await one.compare(signal);
    expect(end.evidence.at(-1)).toMatchObject({ kind: "standing-changed", body: { own: "behind" } });
  });

  test("what comes from the province is applied though the issue service cannot be told of second records", async () => {
    const { end, runtime } = await openCity(engine);
    const gate = createLinkGate();
    const link = Object.create(end.link, { gate: { value: gate } });
    const answering = Promise.withResolvers<void>();
    const forks = {
      forkedOf: async () => ({ identifiers: [], settled: [], count: 0 }),
      tellForked: () => answering.promise,
    };
    const options = { standingEveryMs: 50, standingPatienceMs: 3_600_000 } as never;
    const ending = new AbortController();
    const standings = await openStandings(runtime, [link], options, forks);
    const running = standings.run(ending.signal);
    onTestFinished(async () => {
      ending.abort();
      answering.resolve();
      await running;
    });
    await gate.asked;
    expect(gate.open).toBe(true);
  });
});
