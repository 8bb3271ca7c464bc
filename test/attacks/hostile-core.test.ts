import { cpSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { createPkcs11Device } from "../../agent/device/pkcs11-device.ts";
import type { SignJob } from "../../agent/sign-job.ts";
import type { JobResult } from "../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { canonicalBytes, sha256Hex } from "../../services/domain/canonical.ts";
import { formatShanghaiTime, shanghaiDay } from "../../services/domain/civil-date.ts";
import type { DataMessage } from "../../services/domain/message.ts";
import { verifyJournal } from "../../services/journal/read-journal.ts";
import { type AgentHouse, ATTESTED_ITEM, buildHouse, ITEM } from "../agent/agent-house.ts";
import { startAgentProcess } from "../agent/agent-process.ts";
import { ALTERATIONS, confirmed, copied, type Draft, fitted, genuine, sent, UNDRAWABLE } from "../agent/forgeries.ts";
import { type StubCore, startStubCore } from "../agent/stub-core.ts";
import { makeSoftHsmToken, type SoftHsmToken } from "../fixtures/softhsm.ts";

const WAIT = { timeout: 20_000, interval: 5 };
let token: SoftHsmToken;
let house: AgentHouse;

beforeAll(async () => {
  token = await makeSoftHsmToken({ keys: [{ label: "p256", algorithm: "p256" }] });
  const { module, tokenLabel, pinFile, env } = token;
  const device = createPkcs11Device({ module, tokenLabel, pinFile, environment: env });
  const [key] = await device.keys();
  const sign = (bytes: Uint8Array) => device.sign("p256", bytes);
  house = await buildHouse([{ label: "p256", publicKey: key?.publicKey ?? new Uint8Array(), sign }]);
  await device.close();
}, 30_000);
afterAll(async () => {
  house.dispose();
  await token.dispose();
});

/** A real agent with the real device, and a core that says what the test tells it to. */
async function enslaved(journal: string): Promise<StubCore> {
  const core = await startStubCore(house.certify("service", "issue"), { assets: house.assets });
  onTestFinished(() => core.kill());
  const { module, tokenLabel, pinFile, env } = token;
  const device = { module, tokenLabel, pinFile, environment: env };
  await startAgentProcess(house.writeConfig([core.address], device, { journalDirectory: journal, window: 1024 }));
  await expect.poll(core.connected, WAIT).toBe(true);
  return core;
}

const outcomeOf = (result: JobResult | undefined) =>
  result?.outcome.case === "refusal" ? result.outcome.value.reason : (result?.outcome.case ?? "none");

/** Another second of the same day that is not the future. */
function shifted(preparedAt: string): string {
  const time = new Date(preparedAt).getTime();
  const before = new Date(time - 1_000);
  return formatShanghaiTime(shanghaiDay(before) === shanghaiDay(new Date(time)) ? before : new Date(time + 1_000));
}

/** What the device signed, by the agent's own journal. */
async function intents(journal: string): Promise<string[]> {
  const found: string[] = [];
  const verdict = await verifyJournal(join(house.directory, journal), "agent", ({ kind, body }) => {
    if (kind === "intended") found.push(String(body.businessSerial));
  });
  expect(verdict.ok).toBe(true);
  return found;
}

/** Members of which a core that makes all the rest fit undoes its own alteration. */
const REFITTED = new Set([
  "message.metadata.identifier",
  "message.metadata.qr",
  "message.faces[].format",
  "message.faces[].sha256",
]);
/** What a core sends along is tried beside the jobs: the agent holds the good ones already. */
const ALL = Object.keys(ALTERATIONS).filter(
  (member) => !["assets.documents", "assets.attachments", "assets.node_keys"].includes(member),
);
/** Those of an order that a system has signed, and of one that an officer has confirmed. */
const MEMBERS = ALL.filter((member) => !member.startsWith("job.confirmation."));
const CONFIRMED = ALL.filter((member) => !member.startsWith("job.origin."));

interface Forgery {
  name: string;
  members: readonly string[];
  draft: Draft;
  /** Whether all the rest was made to fit; `undefined` where that was not wanted. */
  fits: boolean | undefined;
}

function forgery(whole: Draft, name: string, members: readonly string[], fit: boolean): Forgery {
  const draft = copied(whole);
  for (const member of members) ALTERATIONS[member]?.(draft, house);
  return { name, members, ...(fit ? fitted(house, draft) : { draft, fits: undefined }) };
}

/** Each member alone, as it is and with all the rest made to fit, and a third of all pairs, spread evenly. */
function forgeries(whole: Draft): Forgery[] {
  const alone = MEMBERS.map((member) => forgery(whole, member, [member], false));
  // Answers to jobs without an id cannot be told apart, so there is one of these.
  const rest = MEMBERS.filter((member) => member !== "job.job_id");
  const fit = rest
    .filter((member) => !REFITTED.has(member))
    .map((member) => forgery(whole, `${member}, fitted`, [member], true));
  const pairs = rest.flatMap((one, at) => rest.slice(at + 1).map((other) => [one, other] as const));
  const some = pairs
    .filter((_, at) => at % 3 === 0)
    .filter((pair) => !pair.every((member) => REFITTED.has(member)))
    .map((pair, at) =>
      forgery(whole, pair.join(" and "), pair, at % 2 === 0 && !pair.some((member) => REFITTED.has(member))),
    );
  return [...alone, ...fit, ...some];
}

describe("5.8.4: a hostile core against a real agent with a real device", { timeout: 240_000 }, () => {
  test("of the members, one by one and in pairs, none can be forged; then the genuine job is signed", async () => {
    const core = await enslaved("journal-members");
    const whole = genuine(house, "wanted");
    const tried = forgeries(whole);
    expect(tried.length).toBeGreaterThanOrEqual(200);
    const meant = tried.filter(({ fits }) => fits !== undefined);
    const fit = meant.filter(({ fits }) => fits);
    expect(fit.length).toBeGreaterThanOrEqual(100);
    const drawable = meant.filter(({ members }) => !members.some((member) => UNDRAWABLE.has(member)));
    // Two that cannot be drawn alone may be so together: a picture that nobody has, under a name that no face shows.
    expect(drawable.filter(({ fits }) => !fits).map(({ name }) => name)).toEqual([]);
    const { assets } = whole;
    core.give(assets);
    for (const { draft } of tried) core.give({ catalogVersions: draft.assets.catalogVersions });
    const jobs = tried.map(({ draft }, at) => sent(draft, String(at)));
    const answers = await core.ask(jobs);
    const outcomes = tried.map(({ name }, at) => `${name}: ${outcomeOf(answers.get(jobs[at]?.jobId ?? ""))}`);
    expect(outcomes.filter((one) => one.endsWith(": signatures") || one.endsWith(": none"))).toEqual([]);
    expect(new Set(outcomes.map((one) => one.split(": ")[1])).size).toBeGreaterThan(4);
    expect(await intents("journal-members")).toEqual([]);
    core.give(assets);
    expect(outcomeOf((await core.ask([sent(whole)])).get("wanted"))).toBe("signatures");
    expect(await intents("journal-members")).toEqual(["wanted"]);
  });

  test("5.9.5: an officer's confirmation buys what was confirmed and nothing else, whatever a core makes of it", async () => {
    const core = await enslaved("journal-officer");
    const whole = confirmed(house, "touched");
    core.give(whole.assets);
    const alone = CONFIRMED.map((member) => forgery(whole, member, [member], false));
    const fit = CONFIRMED.filter((member) => member !== "job.job_id" && !REFITTED.has(member)).map((member) =>
      forgery(whole, `${member}, fitted`, [member], true),
    );
    const untouched = confirmed(house, "untouched");
    const { confirmation: _, ...bare } = untouched.job;
    const origin = house.job(untouched.message).origin;
    const forged: Forgery[] = [
      ...[...alone, ...fit],
      { name: "nothing", members: [], draft: { ...untouched, job: bare }, fits: true },
      { name: "a key of the core's", members: [], draft: { ...untouched, job: { ...bare, origin } }, fits: true },
      {
        ...{ name: "another order's", members: [], fits: true },
        draft: { ...untouched, job: { ...untouched.job, confirmation: whole.job.confirmation } },
      },
    ];
    const jobs = forged.map(({ draft }, at) => sent(draft, String(at)));
    const answers = await core.ask(jobs);
    const outcomes = forged.map(({ name }, at) => `${name}: ${outcomeOf(answers.get(jobs[at]?.jobId ?? ""))}`);
    expect(outcomes.filter((one) => one.endsWith(": signatures") || one.endsWith(": none"))).toEqual([]);
    core.give(whole.assets);
    expect(outcomeOf((await core.ask([sent(whole)])).get("touched"))).toBe("signatures");
    expect(await intents("journal-officer")).toEqual(["touched"]);
  });

  test("one origin signature buys one certificate, whatever else a core asks for with it", async () => {
    const core = await enslaved("journal-one");
    const message = house.message("one");
    const job = house.job(message);
    const asked = (changes: Partial<DataMessage["metadata"]>, jobId: string, names = false): SignJob => {
      const changed = house.dressed({ ...message, metadata: { ...message.metadata, ...changes } }, { names });
      return { ...job, jobId, message: canonicalBytes(changed) };
    };
    expect(outcomeOf((await core.ask([job])).get("one"))).toBe("signatures");
    const others = [
      asked({ number: "粤A-2" }, "number"),
      asked({ version: 2 }, "version", true),
      asked({ name: "特许执照" }, "name"),
      asked({ typeCode: "11990000MB0DEM017Y002" }, "type", true),
      asked({ businessSerial: "two" }, "serial", true),
      asked({ itemCode: ATTESTED_ITEM }, "item"),
      asked({ preparedAt: "2019-06-03T10:00:00+08:00" }, "past"),
      asked({ preparedAt: "2099-06-03T10:00:00+08:00" }, "future"),
    ];
    const answers = await core.ask(others);
    expect(others.map(({ jobId }) => outcomeOf(answers.get(jobId)))).not.toContain("signatures");
    // Nor does it buy the same certificate a second time on that day: prepared at another second, or with another QR signature.
    const second = shifted(message.metadata.preparedAt);
    const anew = await core.ask([asked({ preparedAt: second }, "again")]);
    expect(anew.get("again")?.outcome.value).toMatchObject({
      reason: "POLICY_REFUSED",
      metadata: { member: "metadata.preparedAt", rule: "signed-today" },
    });
    expect(outcomeOf((await core.ask([{ ...job, jobId: "same" }])).get("same"))).toBe("signatures");
    expect(new Set(await intents("journal-one"))).toEqual(new Set(["one"]));
  });

  test("a second order that the department signed under one serial is refused, also after a restart", async () => {
    const first = house.job(house.message("twice"));
    const second = { ...house.job(house.message("twice", { issueDate: "2026-11-23" })), jobId: "second" };
    const core = await enslaved("journal-twice");
    const both = await core.ask([first, second]);
    const outcomes = [outcomeOf(both.get("twice")), outcomeOf(both.get("second"))].sort();
    expect(outcomes).toEqual(["SERIAL_REUSED", "signatures"]);
    const loser = outcomeOf(both.get("second")) === "SERIAL_REUSED" ? second : first;
    core.kill();
    const { module, tokenLabel, pinFile, env } = token;
    const device = { module, tokenLabel, pinFile, environment: env };
    const next = await startStubCore(house.certify("service", "issue"), { assets: house.assets });
    onTestFinished(() => next.kill());
    // The agent's host as a crash leaves it: what is on its disk, and nothing else.
    const config = house.writeConfig([next.address], device, { journalDirectory: "journal-twice-copy", window: 1024 });
    cpSync(join(house.directory, "journal-twice"), join(house.directory, "journal-twice-copy"), { recursive: true });
    await startAgentProcess(config);
    await expect.poll(next.connected, WAIT).toBe(true);
    expect(outcomeOf((await next.ask([loser])).get(loser.jobId))).toBe("SERIAL_REUSED");
  });

  test("two agents with one key, played against each other, sign one certificate twice and never two", async () => {
    const [one, other] = [await enslaved("journal-left"), await enslaved("journal-right")];
    const message = house.message("shared");
    const job = house.job(message);
    const variants = [
      { number: "粤A-9" },
      { version: 2 },
      {
        identifier: message.metadata.identifier.replace(
          message.metadata.number,
          `${message.metadata.number.slice(0, -1)}0`,
        ),
      },
    ].map((changes, at): SignJob => {
      const changed = house.dressed({ ...message, metadata: { ...message.metadata, ...changes } }, { names: false });
      return { ...job, jobId: `variant-${at}`, message: canonicalBytes(changed) };
    });
    expect(outcomeOf((await one.ask([job])).get("shared"))).toBe("signatures");
    const answers = await other.ask([...variants, job]);
    expect(variants.map(({ jobId }) => outcomeOf(answers.get(jobId)))).not.toContain("signatures");
    expect(outcomeOf(answers.get("shared"))).toBe("signatures");
  });

  test("an item's version counts while it is the newest that this agent has seen, whatever the core shows later", async () => {
    const core = await enslaved("journal-versions");
    const hour = 3_600_000;
    const publishedAt = new Date(Date.now() - 2 * hour).toISOString();
    const newer = house.version(ITEM, { version: 2, publishedAt });
    const old = house.job(house.message("old-version"));
    expect(outcomeOf((await core.ask([old])).get("old-version"))).toBe("signatures");
    core.give({ catalogVersions: [{ $typeName: "ecert.agent.v1.SignedStatement", ...newer }] });
    const late = house.job(house.message("late-version"));
    const answer = (await core.ask([late])).get("late-version");
    expect(answer?.outcome.value).toMatchObject({
      reason: "POLICY_REFUSED",
      metadata: { member: "metadata.itemVersion" },
      message: expect.stringContaining("make it anew"),
    });
    const made = house.message("new-version", { itemVersion: 2 });
    const fresh = { ...house.job(made), catalogVersionSha256: sha256Hex(newer.statement) };
    expect(outcomeOf((await core.ask([fresh])).get("new-version"))).toBe("signatures");
  });
});
