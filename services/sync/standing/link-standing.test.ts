import { create } from "@bufbuild/protobuf";
import { describe, expect, onTestFinished, test } from "vitest";
import { EventKind, ReceiptSchema } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import {
  type CompareStandingResponse,
  CompareStandingResponseSchema,
  type LinkMarks,
  LinkMarksSchema,
  Standing,
} from "../../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import { CITY, DOWN, type End, event, openEnd, PROVINCE } from "../../../test/attacks/link-end.ts";
import { bothEngines, type Engine } from "../../../test/fixtures/engines.ts";
import { Refusal } from "../../domain/refusal.ts";
import { DEFAULT_SYNC_OPTIONS } from "../options.ts";
import { proofOf, seenEvent } from "../receive/event-proof.ts";
import { openOutgoing } from "../send/open-outgoing.ts";
import { makeReceipt } from "../wire/receipt.ts";
import { eventDigest, FIRST_PREVIOUS, signEvent, statementOf } from "../wire/signed-event.ts";
import { openLinkStanding } from "./link-standing.ts";
import { openStandings } from "./standing.ts";

/** The province's end; what the city says is the test's. In these tests every node has the same key. */
async function openProvince(engine: Engine) {
  const end = await openEnd(engine, "province");
  let says: Partial<LinkMarks> = {};
  let away: Refusal | undefined;
  let more: Partial<CompareStandingResponse> = {};
  const compareStanding = async () => {
    if (away) throw away;
    const marks = create(LinkMarksSchema, { node: CITY, time: end.runtime.now().toISOString(), ...(says as object) });
    return create(CompareStandingResponseSchema, { standing: Standing.LEVEL, ...(more as object), marks });
  };
  const runtime = { ...end.runtime, client: () => ({ compareStanding }) as never };
  const signal = new AbortController().signal;
  const standing = () => openLinkStanding(runtime, end.link, () => {});
  return {
    end,
    runtime,
    signal,
    standing,
    said(marks: Partial<LinkMarks>, also: Partial<CompareStandingResponse> = {}) {
      says = marks;
      more = also;
    },
    leave(refusal: Refusal | undefined) {
      away = refusal;
    },
  };
}

/** An event that the province has given out: what the city can show of it. */
function shown({ runtime }: End, number: number, key = `item-${number}`, previous = FIRST_PREVIOUS) {
  const signed = signEvent(runtime, CITY, event(key), { number, previous });
  const statement = statementOf(signed, CITY);
  const digest = eventDigest(statement);
  return {
    ...{ received: BigInt(number), receivedDigest: digest },
    receivedProof: seenEvent(proofOf(statement, signed.signature), number),
  } as Partial<LinkMarks>;
}

/** A receipt of the province for an event of the city. */
function receiptFor({ runtime }: End, number: number) {
  const statement = {
    key: `c:${number}`,
    kind: EventKind.CERTIFICATE_CHANGED,
    revision: 1,
    payloadSha256: "a".repeat(64),
    previous: FIRST_PREVIOUS,
  };
  const receipt = makeReceipt(runtime, { ...statement, node: CITY, peer: PROVINCE, number });
  return { sent: BigInt(number), confirmed: BigInt(number), confirmedProof: receipt } as Partial<LinkMarks>;
}

describe.each(await bothEngines())("where a link's ends stand, as one of them finds by asking, on $name", (engine) => {
  const open = () => openProvince(engine);

  test("a city that claims to have seen more makes nobody stop, unless it shows what the province has signed", async () => {
    const { end, said, standing, signal } = await open();
    const one = await standing();
    const claims: Partial<LinkMarks>[] = [
      { received: 50n, receivedDigest: "b".repeat(64) },
      { ...shown(end, 50), received: 51n },
      {
        ...shown(end, 50),
        receivedProof: { ...(shown(end, 50).receivedProof as object), signature: new Uint8Array(64) } as never,
      },
      { sent: 9n, confirmed: 9n },
      { ...receiptFor(end, 9), sent: 10n, confirmed: 10n },
      {
        sent: 9n,
        confirmed: 9n,
        confirmedProof: create(ReceiptSchema, { number: 9n, node: PROVINCE, originNode: CITY }),
      },
    ];
    for (const claim of claims) {
      said(claim);
      await one.compare(signal);
      expect(one.own.standing).toBe("level");
      expect(one.unproven).toMatch(/event (50|51) of 440000|receipt of 440000 for event/);
    }
    said(shown(end, 50));
    await one.compare(signal);
    expect(one).toMatchObject({ unproven: "", own: { standing: "behind" } });
    expect(one.own.detail).toBe("440100 has applied event 50 of 440000, which knows of 0");
  });

  test("a receipt of this node for an event that it does not know shows that it is behind", async () => {
    const { end, said, standing, signal } = await open();
    const one = await standing();
    said(receiptFor(end, 9));
    await one.compare(signal);
    expect(one.own.standing).toBe("behind");
  });

  test("a node that is behind remembers it over a restart, until its numbers go on behind what the peer has seen", async () => {
    const { end, said, standing, signal } = await open();
    await end.link.outgoing.assign("catalog", event("pending"));
    said({ ...shown(end, 50), ...receiptFor(end, 9), sent: 9n });
    await (await standing()).compare(signal);
    const again = await standing();
    said({});
    await again.compare(signal);
    expect(again.own.standing).toBe("behind");

    said({ ...shown(end, 50), ...receiptFor(end, 9) });
    await again.goOn(signal);
    expect(again.own.standing).toBe("level");
    expect((await standing()).own.standing).toBe("uncompared");
    expect(await end.link.outgoing.assign("catalog", event("pending"))).toMatchObject({
      number: 51,
      previous: shown(end, 50).receivedDigest,
    });
    expect(end.link.incoming).toMatchObject({ through: 9, open: false });
    const [found, foundAgain, continued, changed] = end.evidence;
    expect(found?.body).toMatchObject({ own: "behind", theirs: "level" });
    expect(foundAgain?.body).toEqual(found?.body);
    expect(continued).toMatchObject({ kind: "numbers-continued", body: { sent: 50, confirmed: 9 } });
    expect(changed).toMatchObject({ kind: "standing-changed", body: { own: "level", theirs: "level", detail: "" } });
  });

  test("a node that gave a number to another event is forked, and its numbers go on behind its own", async () => {
    const { end, said, standing, signal } = await open();
    for (const key of ["a", "b", "c"]) await end.link.outgoing.assign("catalog", event(key));
    const one = await standing();
    said(shown(end, 2, "other"));
    await one.compare(signal);
    expect(one.own.standing).toBe("forked");
    await one.goOn(signal);
    expect(one.own.standing).toBe("level");
    expect((await end.link.outgoing.assign("catalog", event("a"))).number).toBe(4);
  });

  test("an event that waits under a number which a level peer is beyond gets another; without proof it keeps its own", async () => {
    const { end, said, standing, signal } = await open();
    const { outgoing } = end.link;
    const waiting = await outgoing.assign("catalog", event("a"));
    const last = await outgoing.assign("catalog", event("b"));
    await outgoing.confirm(last);
    const one = await standing();
    said({ received: 2n, receivedDigest: last.digest });
    await one.goOn(signal);
    expect(await outgoing.assign("catalog", event("a"))).toEqual(waiting);
    said(shown(end, 2, "b", last.previous));
    await one.compare(signal);
    expect(one.own.standing).toBe("level");
    await one.goOn(signal);
    expect(await outgoing.assign("catalog", event("a"))).toMatchObject({ number: 3, previous: last.digest });
    expect(end.evidence.at(-1)).toMatchObject({ kind: "numbers-continued", body: { sent: null, renumbered: 1 } });
  });

  test("a peer that says of itself that it is behind is shown as that; that it has not compared yet says nothing", async () => {
    const { said, standing, signal } = await open();
    const one = await standing();
    said({}, { own: Standing.UNCOMPARED });
    await one.compare(signal);
    expect(one.peer.standing).toBe("level");
    said({}, { own: Standing.BEHIND });
    await one.compare(signal);
    expect(one).toMatchObject({ own: { standing: "level" }, peer: { standing: "behind" } });
  });

  test("a city that tells no time, or forged digests, breaks nothing, and its claims move no number", async () => {
    const { end, said, standing, signal } = await open();
    const one = await standing();
    said({ time: "noon" });
    await expect(one.compare(signal)).rejects.toMatchObject({ reason: "PEER_AWAY" });
    said({ received: 5_000n, receivedDigest: "x", confirmed: 700n, confirmedDigest: "y" });
    await one.goOn(signal);
    expect(await end.link.outgoing.mark()).toEqual({ number: 0, digest: "" });
    expect(end.link.incoming.through).toBe(0);
    said({ ...receiptFor(end, 9), confirmedDigest: "y" });
    await one.goOn(signal);
    expect(end.link.incoming.through).toBe(9);
    expect(await end.link.incoming.check({ number: 10, digest: "d".repeat(64), previous: "e".repeat(64) })).toBe("new");
  });

  test("marks of another node are not believed, and a peer that is away changes nothing", async () => {
    const { end, said, leave, standing, signal } = await open();
    const one = await standing();
    said({ ...shown(end, 50), node: "440300" });
    await expect(one.compare(signal)).rejects.toMatchObject({ reason: "PEER_AWAY" });
    leave(new Refusal("PEER_AWAY", "away"));
    await expect(one.compare(signal)).rejects.toMatchObject({ reason: "PEER_AWAY" });
    expect(one).toMatchObject({ compared: false, own: { standing: "uncompared" } });
  });
});

describe.each(await bothEngines())("the gate of a link on $name", (engine) => {
  const open = () => openProvince(engine);

  test("nothing is sent before the ends were compared, nor while this node is behind; what is pending gets no number", async () => {
    const { end, runtime, said, leave } = await open();
    const { gate, sender, outgoing } = end.link;
    leave(new Refusal("PEER_AWAY", "away"));
    const options = { standingEveryMs: 50, standingPatienceMs: 100 } as never;
    const ending = new AbortController();
    const standings = await openStandings(runtime, [end.link], options, {
      forkedOf: async () => ({ identifiers: [], settled: [], count: 0 }),
      tellForked: async () => {},
    });
    const running = standings.run(ending.signal);
    onTestFinished(async () => {
      ending.abort();
      await running;
    });
    await standings.first(10_000, ending.signal);
    expect(standings.own().standing).toBe("uncompared");
    expect(await sender.offer("catalog", event("a"))).toBe("full");
    expect(outgoing.last).toBe(0);

    leave(undefined);
    await expect.poll(() => gate.open).toBe(true);
    expect(await sender.offer("catalog", event("a"))).toBe("flying");
    said(shown(end, 50));
    await expect.poll(() => gate.open).toBe(false);
    expect(standings.notices().join()).toMatch(/this node is behind: .*`ecert recover`/);
    expect(await sender.offer("catalog", event("b"))).toBe("full");
    expect(outgoing.last).toBe(1);
  });

  test("what another process of the node has given a new number is repeated under that one", async () => {
    const { end } = await open();
    const sentUnder = (number: number) => end.published.has(`${DOWN}.data.event.${number}`);
    await end.link.sender.offer("catalog", event("a"));
    await expect.poll(() => sentUnder(1)).toBe(true);
    const other = await openOutgoing({ ...end.runtime, node: PROVINCE, peer: CITY });
    await other.continueFrom(9, "e".repeat(64));
    const repeating = end.runtime.now().getTime() + DEFAULT_SYNC_OPTIONS.repeatMs;
    end.setNow(new Date(repeating).toISOString());
    await expect.poll(() => sentUnder(10), { timeout: 10_000 }).toBe(true);
    expect(end.link.sender).toMatchObject({ waiting: 1, oldest: { number: 10 } });
  });

  test("a peer of a version that cannot be compared is sent to as before", async () => {
    const { end, runtime, leave, signal } = await open();
    leave(new Refusal("UNIMPLEMENTED", "no such method"));
    const one = await openLinkStanding(runtime, end.link, () => {});
    await one.compare(signal);
    expect(one).toMatchObject({ compared: true, own: { standing: "uncompared" } });
  });
});
