import { create } from "@bufbuild/protobuf";
import { afterEach, describe, expect, test } from "vitest";
import { GetStandingResponseSchema, Standing } from "../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import { eventually } from "../../test/node/eventually.ts";
import { Refusal } from "../domain/refusal.ts";
import { followStanding, whileLevel } from "./standing.ts";

const nothing = () => {};
const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

describe("where this node stands, as its services follow it", () => {
  let stop = new AbortController();
  afterEach(() => stop.abort());

  function follow(tell: () => Promise<Standing>) {
    stop = new AbortController();
    const getStanding = async () => create(GetStandingResponseSchema, { standing: await tell(), detail: "why" });
    return followStanding({ sync: { getStanding }, log, signal: stop.signal });
  }

  test("nothing new is given out while it is behind or forked, and the refusal names the remedy", async () => {
    let tells: Standing = Standing.BEHIND;
    const standing = follow(async () => tells);
    const refused = { reason: "NODE_BEHIND", fields: [{ remedy: expect.stringContaining("`ecert recover`") }] };
    await expect(standing.require()).rejects.toMatchObject(refused);
    await expect(whileLevel(standing, () => "given")(undefined, undefined)).rejects.toMatchObject(refused);
    expect(standing.current()).toBe("behind");
    tells = Standing.FORKED;
    await eventually(() => expect(standing.current()).toBe("forked"));
    await expect(standing.require()).rejects.toMatchObject(refused);
    tells = Standing.LEVEL;
    await eventually(() => expect(standing.current()).toBe("level"));
    await expect(whileLevel(standing, () => "given")(undefined, undefined)).resolves.toBe("given");
  });

  test("a call is never refused by what was told before it: who sees the end of a recovery may order at once", async () => {
    let [tells, asked]: [Standing, number] = [Standing.BEHIND, 0];
    const standing = follow(async () => {
      asked += 1;
      return tells;
    });
    await standing.require().catch(nothing);
    const before = asked;
    await Promise.all(Array.from({ length: 50 }, () => standing.require().catch(nothing)));
    // All share one question that is under way, and one behind it.
    expect(asked - before).toBeLessThanOrEqual(3);
    tells = Standing.LEVEL;
    await standing.require();
  });

  test("a call waits for the first comparison; a province that cannot be asked stops nobody", async () => {
    const told = Promise.withResolvers<Standing>();
    const standing = follow(() => told.promise);
    let isIn = false;
    const waiting = standing.require().then(() => {
      isIn = true;
    });
    await eventually(() => expect(standing.current()).toBe("uncompared"));
    expect(isIn).toBe(false);
    told.resolve(Standing.UNCOMPARED);
    await waiting;
  });

  test("a sync service that is away changes nothing of what it told last", async () => {
    let away = false;
    const standing = follow(async () => {
      if (away) throw new Refusal("PEER_AWAY", "away");
      return Standing.BEHIND;
    });
    await expect(standing.require()).rejects.toMatchObject({ reason: "NODE_BEHIND" });
    away = true;
    await expect(standing.require()).rejects.toMatchObject({ reason: "NODE_BEHIND" });
  });

  test("a sync service of before, which knows no such question, stops nobody", async () => {
    const standing = follow(async () => {
      throw new Refusal("UNIMPLEMENTED", "no such method");
    });
    await standing.require();
    expect(standing.current()).toBe("level");
  });
});
