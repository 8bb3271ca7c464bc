import { create } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { HelloSchema } from "../../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { type AgentHead, grown, judged, startsAnew } from "./judge-head.ts";

const hash = (digit: string) => digit.repeat(64);
const known: AgentHead = { _id: "mzj", revision: 1, n: 10, hash: hash("a"), beyond: 12, at: "2026-11-29T00:00:00Z" };
const at = (entry: number, of: string) => ({ entry: BigInt(entry), hash: of });
const hello = (journal?: object, givenUp?: object) =>
  create(HelloSchema, { ...(journal && { journal }), ...(givenUp && { givenUp }) });

describe("the journal of an agent that introduces itself", () => {
  test("of which nothing was seen, or which an earlier version does not tell, is not judged", () => {
    expect(judged(undefined, hello(at(3, hash("b"))))).toEqual({ behind: false, mark: undefined });
    expect(judged(known, hello())).toEqual({ behind: false, mark: { n: 10, hash: hash("a") } });
  });

  test("is to have what was seen; where it ends beyond that, the agent finds out by the mark", () => {
    expect(judged(known, hello(at(12, hash("b"))))).toEqual({ behind: false, mark: { n: 10, hash: hash("a") } });
    expect(judged({ ...known, beyond: 10 }, hello(at(10, hash("a"))))).toMatchObject({ behind: false });
  });

  test("is behind where it ends before the head, before a result's entry, or with another hash", () => {
    const head = { n: 10, hash: hash("a") };
    expect(judged(known, hello(at(9, hash("b"))))).toEqual({ behind: true, mark: head });
    expect(judged(known, hello(at(11, hash("b"))))).toEqual({ behind: true, mark: { n: 12, hash: "" } });
    expect(judged({ ...known, beyond: 0 }, hello(at(10, hash("b"))))).toEqual({ behind: true, mark: head });
  });

  test("is what counts from here on where a person gave up exactly what was seen", () => {
    const now = new Date("2026-11-29T01:00:00Z");
    const journal = at(4, hash("c"));
    const next = { _id: "mzj", n: 4, hash: hash("c"), beyond: 0, at: now.toISOString() };
    expect(startsAnew(known, hello(journal, at(10, hash("a"))), now)).toEqual(next);
    expect(startsAnew(known, hello(journal, at(12, "")), now)).toEqual(next);
    for (const other of [at(10, hash("b")), at(9, hash("a")), at(12, hash("a")), undefined])
      expect(startsAnew(known, hello(journal, other), now)).toBeUndefined();
  });
});

test("what was seen of a journal only grows", () => {
  const seen = { _id: "mzj", n: 9, hash: hash("b"), beyond: 11, at: "2026-11-29T02:00:00Z" };
  expect(grown(undefined, seen)).toEqual(seen);
  expect(grown(known, seen)).toBeUndefined();
  expect(grown(known, { ...seen, n: 11 })).toEqual({ ...seen, n: 11, beyond: 12 });
  expect(grown(known, { ...seen, beyond: 13 })).toMatchObject({ n: 10, hash: hash("a"), beyond: 13 });
});
