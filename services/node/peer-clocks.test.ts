import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { GetStandingResponseSchema } from "../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import { createPeerClocks } from "./peer-clocks.ts";

const NOW = Date.parse("2026-11-24T02:00:00Z");

test("each fresh comparison of the sync service is told once, against this process's clock", () => {
  const seen: unknown[] = [];
  const tell = createPeerClocks({
    clock: { observed: (...what) => seen.push(what) },
    now: () => new Date(NOW),
  });
  const answer = (comparedAt: string) =>
    create(GetStandingResponseSchema, {
      time: new Date(NOW + 500).toISOString(),
      peers: [{ node: "440000", comparedAt, clockDifferenceMs: 1_000n, clockUncertaintyMs: 20n }],
    });
  tell(answer("2026-11-24T01:59:59Z"), 30);
  tell(answer("2026-11-24T01:59:59Z"), 30);
  expect(seen).toEqual([["node 440000", 1_500, 50]]);
  // The sync service's clock was set since: what it found before says nothing.
  tell(answer("2026-11-24T00:00:00Z"), 30);
  tell(answer(""), 30);
  expect(seen).toHaveLength(1);
});
