import { expect, test } from "vitest";
import type { Reason } from "../domain/reason.ts";
import { Refusal } from "../domain/refusal.ts";
import { Deadline } from "./deadline.ts";
import { createFailover } from "./failover.ts";
import { whatIsAway } from "./outage.ts";

const HOME = "440300";
const refused = (reason: Reason, metadata: Record<string, string> = {}) => new Refusal(reason, "x", { metadata });

test.each([
  ["PEER_AWAY", { address: "https://home:1" }, "side"],
  ["PEER_AWAY", { address: "https://home:1", others: "serve" }, "another"],
  ["PEER_AWAY", { node: HOME }, "side"],
  ["PEER_AWAY", { node: "440000" }, "another"],
  ["PEER_AWAY", {}, "another"],
  ["STORE_AWAY", {}, "side"],
  ["STORE_FULL", { node: "440000" }, "another"],
  ["DEADLINE_EXCEEDED", {}, "side"],
  ["DEADLINE_EXCEEDED", { node: "440100" }, "another"],
  ["DEADLINE_EXCEEDED", { timeout_ms: "10000" }, "side"],
  ["AGENT_AWAY", {}, undefined],
  ["CERTIFICATE_UNKNOWN", {}, undefined],
] as const)("%s with %o of the home says what is away: %s", (reason, metadata, away) => {
  expect(whatIsAway(refused(reason, metadata), "home", HOME, 5_000)).toBe(away);
});

test("a deadline that was too short for anybody says nothing of the home", () => {
  expect(whatIsAway(refused("DEADLINE_EXCEEDED", { timeout_ms: "50" }), "home", HOME, 50)).toBeUndefined();
});

function failover() {
  const switches: string[] = [];
  const probe = Promise.withResolvers<void>();
  const made = createFailover({
    hasStandBy: true,
    homeNode: HOME,
    failuresToSwitch: 2,
    probeIntervalMs: 1,
    probe: () => probe.promise,
    onSwitch: (place) => switches.push(place),
  });
  const ask = async (home: Refusal | string, standBy: Refusal | string) => {
    const deadline = new Deadline({ timeoutMs: 3_000 });
    const call = async (place: string) => {
      const answer = place === "home" ? home : standBy;
      if (answer instanceof Refusal) throw answer;
      return answer;
    };
    const outcome = await made
      .run(call, deadline)
      .catch(({ reason, metadata }: Refusal) => `${reason} ${metadata.node}`);
    deadline.end();
    return outcome;
  };
  return { made, switches, probe, ask };
}

test("a question that another node keeps the home from is asked at the stand-by, once, and nothing is switched", async () => {
  const { ask, switches, made } = failover();
  for (let count = 0; count < 5; count++) {
    expect(await ask(refused("PEER_AWAY", { node: "440000" }), "from the stand-by")).toBe("from the stand-by");
  }
  expect(await ask(refused("PEER_AWAY", { node: "440000" }), refused("PEER_AWAY", { address: "x" }))).toBe(
    "PEER_AWAY 440000",
  );
  expect(switches).toEqual([]);
  made.close();
});

test("outages of the home in a row move usage to the stand-by, which answers meanwhile, and the home's return moves it back", async () => {
  const { ask, switches, made, probe } = failover();
  const gone = refused("PEER_AWAY", { address: "https://home:1" });
  expect(await ask(gone, "1")).toBe("1");
  expect(await ask("home", "")).toBe("home");
  expect(await ask(gone, "2")).toBe("2");
  expect(switches).toEqual([]);
  expect(await ask(gone, "3")).toBe("3");
  expect(switches).toEqual(["standBy"]);
  // Where the stand-by is away as well, the home is asked: it may be back.
  expect(await ask("home again", gone)).toBe("home again");
  probe.resolve();
  await expect.poll(() => switches).toEqual(["standBy", "home"]);
  made.close();
});
