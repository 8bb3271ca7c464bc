import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { HeartbeatSchema } from "../../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { createJournalWitness } from "./journal-witness.ts";

test("a head that has grown is witnessed once a minute by a clock that nobody sets", async () => {
  const witnessed: unknown[] = [];
  let monotonic = 0;
  const nothing = () => {};
  const witness = createJournalWitness({
    evidence: { append: async (_, { entries }) => void witnessed.push(entries) },
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    monotonic: () => monotonic,
  });
  for (const [at, entries] of [
    [0, 1],
    [59_999, 2],
    [60_000, 3],
    [130_000, 3],
    [130_001, 4],
  ] as const) {
    monotonic = at;
    witness.heard("mzj", create(HeartbeatSchema, { journalEntries: BigInt(entries), journalHash: `h${entries}` }));
  }
  expect(witnessed).toEqual([1, 3, 4]);
});
