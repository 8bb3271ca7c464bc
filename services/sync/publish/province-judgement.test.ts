import { expect, onTestFinished, test } from "vitest";
import { openTestRuntime } from "../../../test/fixtures/runtime.ts";
import type { HeldRegister } from "../../judgement/register-source.ts";
import type { StandingName } from "../../node/standing-name.ts";
import { signedRegister } from "../../trust/issuer-register.ts";
import { openProvinceJudgement } from "./province-judgement.ts";
import { inThread } from "./publish-thread.ts";

/** A province whose registry holds the bodies of `codes`, as they are when a register is made. */
async function openProvince() {
  const house = await openTestRuntime({ service: "sync", role: "province", code: "440000" });
  onTestFinished(() => house.close());
  const state: { standing: StandingName; codes: string[] } = { standing: "level", codes: ["A"] };
  const standing = { ...house.runtime.standing, current: () => state.standing };
  const runtime = { ...house.runtime, standing, monotonic: () => 1_000_000 };
  let made = 0;
  async function unpublished() {
    const builtAt = new Date(Date.parse("2026-11-24T02:00:00Z") + 1_000 * ++made).toISOString();
    const bodies = [JSON.stringify(state.codes.map((code) => ({ code, superiorCode: "S", node: "440100" })))];
    const answer = await inThread({ publisher: "440000", builtAt, bodies, rights: ["[]"] });
    if (!("text" in answer)) throw new Error("no register");
    const bytes = signedRegister(answer.text, (signed) => house.runtime.nodeKey.sign(signed));
    return { bytes, builtAt, asOf: builtAt };
  }
  const unused = async () => expect.unreachable();
  const open = () => openProvinceJudgement(runtime, { current: unused, anew: unused, unpublished });
  return { state, open };
}

const superiorOf = (held: HeldRegister | undefined, code: string) => held?.register.superiorOf(code, new Date());

test("5.8.3: a province that is an older copy takes over by the register that it kept, and refuses nobody by it until its registry is back", async () => {
  const { state, open } = await openProvince();
  const before = await open();
  expect(superiorOf(await before.source.current(), "A")).toBe("S");
  state.standing = "behind";
  const { source, registryIsBack } = await open();
  const older = await source.current();
  expect([superiorOf(older, "A"), superiorOf(older, "B")]).toEqual(["S", undefined]);
  await expect(source.anew()).rejects.toMatchObject({ reason: "PEER_AWAY" });
  state.codes = ["A", "B"];
  registryIsBack();
  expect(superiorOf(await source.anew(), "B")).toBe("S");
});

test("a registry that was brought forward is judged by though no register was ever made before", async () => {
  const { state, open } = await openProvince();
  state.standing = "behind";
  const { source, registryIsBack } = await open();
  expect(await source.current()).toBeUndefined();
  registryIsBack();
  expect(superiorOf(await source.current(), "A")).toBe("S");
});
