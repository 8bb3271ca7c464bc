import { describe, expect, test } from "vitest";
import { seededNumbers } from "../../domain/seeded.ts";
import { type Evidence, judge, type Marks, numberToGoOnFrom } from "./standing-judgement.ts";

const digest = (number: number, history = "a") => `${history}${number}`.padEnd(64, "0");
const marks = (sent: number, received: number, confirmed: number, history = "a"): Marks => ({
  ...{ sent, received, confirmed },
  sentDigest: sent === 0 ? "" : digest(sent, history),
  receivedDigest: received === 0 ? "" : digest(received),
});
const nodes = { own: "440100", peer: "440000" };

/** What a city knows that has sent 10 events, all confirmed, and applied 5 of the province's. */
function evidence(more: Partial<Evidence> = {}): Evidence {
  const own = marks(10, 5, 10);
  const proven = { received: true, confirmed: true };
  return { nodes, before: own, after: own, theirs: marks(5, 10, 5), hasConfirmed: true, proven, ...more };
}

const standingsOf = (more: Partial<Evidence>) => {
  const { own, peer, unproven } = judge(evidence(more));
  return { own: own.standing, peer: peer.standing, unproven };
};
const LEVEL = { own: "level", peer: "level", unproven: "" };

describe("two ends of a link are judged by what each has seen of the other", () => {
  test("ends that say the same are level, and so are two that have never exchanged anything", () => {
    expect(standingsOf({})).toEqual(LEVEL);
    const none = marks(0, 0, 0);
    expect(standingsOf({ before: none, after: none, theirs: none })).toEqual(LEVEL);
  });

  test("a node that the peer has applied more events of than it knows of is behind", () => {
    const { own, peer } = judge(evidence({ theirs: marks(5, 14, 5) }));
    expect(peer.standing).toBe("level");
    expect(own).toEqual({
      standing: "behind",
      detail: "440000 has applied event 14 of 440100, which knows of 10",
    });
  });

  test("a node whose receipt the peer holds for an event that it has not applied is behind", () => {
    expect(standingsOf({ theirs: marks(9, 10, 9), hasConfirmed: false })).toEqual({ ...LEVEL, own: "behind" });
  });

  test("a node that gave a number to another event than the peer has applied is forked", () => {
    expect(standingsOf({ digestOfReceived: digest(10, "b") })).toEqual({ ...LEVEL, own: "forked" });
    expect(standingsOf({ digestOfReceived: digest(10) })).toEqual(LEVEL);
  });

  test("the peer is behind where it knows of fewer events than this node has applied, or has applied fewer than it confirmed", () => {
    expect(standingsOf({ theirs: marks(3, 10, 3) })).toEqual({ ...LEVEL, peer: "behind" });
    expect(standingsOf({ theirs: marks(5, 8, 5) })).toEqual({ ...LEVEL, peer: "behind" });
  });

  test("the peer is forked where this node has applied another event under its last number, however few it knows of", () => {
    expect(standingsOf({ fitsSent: false })).toEqual({ ...LEVEL, peer: "forked" });
    expect(standingsOf({ theirs: marks(3, 10, 3, "b"), fitsSent: false })).toEqual({ ...LEVEL, peer: "forked" });
    expect(standingsOf({ fitsSent: undefined })).toEqual(LEVEL);
  });

  test("nobody is behind by a claim without proof; it is told", () => {
    const claims = { theirs: marks(5, 14, 9), hasConfirmed: false, proven: { received: false, confirmed: false } };
    const { own, unproven } = standingsOf(claims);
    expect(own).toBe("level");
    expect(unproven).toMatch(/event 14 of 440100.*; .*receipt of 440100 for event 9/);
  });

  test("the end that was asked says nothing of how far the other is: marks have moved since", () => {
    expect(standingsOf({ before: undefined, theirs: marks(3, 8, 3) })).toEqual(LEVEL);
  });

  test("a count goes on behind what the peer has seen, and never below what was given", () => {
    expect(numberToGoOnFrom(evidence({}))).toBeUndefined();
    expect(numberToGoOnFrom(evidence({ theirs: marks(5, 14, 5) }))).toEqual({ number: 14, digest: digest(14) });
    const forked = { digestOfReceived: digest(8, "b"), theirs: marks(5, 8, 5) };
    expect(numberToGoOnFrom(evidence(forked))).toEqual({ number: 10, digest: "" });
    const claimed = { theirs: marks(5, 14, 5), proven: { received: false, confirmed: true } };
    expect(numberToGoOnFrom(evidence(claimed))).toBeUndefined();
    const atTheEnd = { digestOfReceived: digest(10, "b") };
    expect(numberToGoOnFrom(evidence(atTheEnd))).toEqual({ number: 10, digest: digest(10) });
  });
});

/** One direction of a link that runs: numbers given, events on their way, applied in any order, receipts on their way. */
class Running {
  given = 0;
  readonly applied = new Set<number>();
  highest = 0;
  confirmed = 0;
  readonly #flying: number[] = [];
  readonly #receipts: number[] = [];

  step(next: () => number): void {
    const pick = (from: number[]) => from.splice(Math.floor(next() * from.length), 1)[0] as number;
    const what = next();
    if (what < 0.4) this.#flying.push(++this.given);
    else if (what < 0.5 && this.given > 0) this.#flying.push(1 + Math.floor(next() * this.given));
    else if (what < 0.8 && this.#flying.length > 0) {
      const number = pick(this.#flying);
      this.applied.add(number);
      this.highest = Math.max(this.highest, number);
      this.#receipts.push(number);
    } else if (this.#receipts.length > 0) this.confirmed = Math.max(this.confirmed, pick(this.#receipts));
  }
}

test("two ends that were never put back are level at any moment, whatever they exchange while they are compared", () => {
  const next = seededNumbers(20_261_130);
  const [up, down] = [new Running(), new Running()];
  const run = () => {
    for (let steps = Math.floor(next() * 6); steps > 0; steps--) (next() < 0.5 ? up : down).step(next);
  };
  const city = () => marks(up.given, down.highest, up.confirmed);
  const province = () => marks(down.given, up.highest, down.confirmed);
  for (let round = 0; round < 20_000; round++) {
    run();
    const before = city();
    run();
    const theirs = province();
    run();
    const after = city();
    const hasConfirmed = theirs.confirmed === 0 || down.applied.has(theirs.confirmed);
    const proven = { received: true, confirmed: true };
    // The province judges the question, the city the answer.
    const has = before.confirmed === 0 || up.applied.has(before.confirmed);
    const asked = { nodes, theirs: before, after: theirs, hasConfirmed: has, proven };
    expect(judge(asked), `round ${round}`).toMatchObject({ own: { standing: "level" }, peer: { standing: "level" } });
    const answered = judge({ nodes, before, theirs, after, hasConfirmed, proven });
    expect(answered, `round ${round}`).toMatchObject({ own: { standing: "level" }, peer: { standing: "level" } });
  }
});

test("an end that was put back is found, whatever has happened since on the way", () => {
  const next = seededNumbers(7);
  for (let round = 0; round < 500; round++) {
    const link = new Running();
    for (let steps = 0; steps < 40; steps++) link.step(next);
    const copied = link.given;
    while (link.highest <= copied) link.step(next);
    const own = marks(copied, 0, 0);
    const theirs = marks(0, link.highest, 0);
    const judged = judge({ nodes, before: own, after: own, theirs, ...evidenceOfNothing });
    expect(judged.own.standing).toBe("behind");
  }
});

const evidenceOfNothing = { hasConfirmed: true, proven: { received: true, confirmed: true } };
