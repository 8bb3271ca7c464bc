import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { RECONNECT_MAX_MS } from "../../agent/link.ts";
import { CertificateState } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { verifyOfd } from "../../services/document/ofd/verify-ofd.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { UNWATCHED } from "../../services/host/clock-watch.ts";
import { AGENT_WAIT_MS, FRESH_MS } from "../../services/issue/agents/signing.ts";
import { verifyPades } from "../../services/trust/pades.ts";
import { LICENCE } from "./catalog.ts";
import { startFakeAgent } from "./fake-agent.ts";
import { type House, type Instance, openHouse, refusalOf } from "./house.ts";
import { issue, issued, messageIn } from "./road.ts";

let house: House;
let city: Instance;

beforeEach(async () => {
  house = await openHouse();
  city = await house.start();
});
afterEach(() => house.close());

type Order = ReturnType<House["order"]>;

async function made(count: number): Promise<Order[]> {
  const orders = Array.from({ length: count }, () => house.order());
  await Promise.all(orders.map((order) => city.issue.makeCertificate(order)));
  return orders;
}

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe("5.2.3 the stream between core and agent", () => {
  test("jobs of one turn share a batch, and face documents are sent once", async () => {
    const agent = await city.startAgent();
    const orders = await made(20);
    await Promise.all(orders.map((order) => issue(city, order)));
    expect(agent.batches.reduce((sum, size) => sum + size, 0)).toBe(20);
    expect(agent.batches.length).toBeLessThan(20);
    expect(agent.documents).toBe(1);
  });

  test("never more jobs are in flight than the agent's window", async () => {
    let inFlight = 0;
    let most = 0;
    const { open, opened } = gate();
    await city.startAgent({
      window: 3,
      before: async () => {
        most = Math.max(most, ++inFlight);
        await opened;
        inFlight--;
      },
    });
    const all = (await made(10)).map((order) => issue(city, order));
    open();
    await Promise.all(all);
    expect(most).toBeLessThanOrEqual(3);
  });

  test("an agent that leaves takes its jobs with it: they are refused and can be repeated", async () => {
    const { opened } = gate();
    const agent = await city.startAgent({ before: () => opened });
    const [order] = (await made(1)) as [Order];
    const waiting = refusalOf(issue(city, order), "AGENT_AWAY");
    await expect.poll(() => agent.batches.length).toBe(1);
    await agent.stop();
    await waiting;
    await city.startAgent({ name: "agent-b" });
    expect((await issue(city, order)).state).toBe(CertificateState.ISSUED);
  });

  test("a draining agent answers what it has and gets nothing new", async () => {
    const { open, opened } = gate();
    const agent = await city.startAgent({ before: () => opened });
    const [first, second] = (await made(2)) as [Order, Order];
    const running = issue(city, first);
    await expect.poll(() => agent.batches.length).toBe(1);
    agent.say({ case: "drain", value: {} } as never);
    await new Promise((resolve) => setImmediate(resolve));
    await refusalOf(issue(city, second), "AGENT_AWAY");
    open();
    expect((await running).state).toBe(CertificateState.ISSUED);
  });

  test("a replica that has just started lets an order wait until its agent, whose pauses it knows, has dialled again", async () => {
    expect(RECONNECT_MAX_MS).toBeLessThan(AGENT_WAIT_MS);
    expect(AGENT_WAIT_MS).toBeLessThan(FRESH_MS);
    city = await house.start({ agentWaitMs: 60_000 });
    const [order] = (await made(1)) as [Order];
    const waiting = issue(city, order);
    await city.startAgent();
    expect((await waiting).state).toBe(CertificateState.ISSUED);
  });

  test("an agent without a healthy device is not asked, and its reason is told", async () => {
    const agent = await city.startAgent();
    const sick = { healthy: false, reason: "DEVICE_AWAY", journalEntries: 7n, journalHash: "ab" };
    agent.say({ case: "heartbeat", value: sick } as never);
    const [order] = (await made(1)) as [Order];
    expect((await refusalOf(issue(city, order), "DEVICE_AWAY")).retryAfterMs).toBeGreaterThan(0);
    agent.say({ case: "heartbeat", value: { ...sick, healthy: true, reason: "" } } as never);
    await new Promise((resolve) => setImmediate(resolve));
    expect((await issue(city, order)).state).toBe(CertificateState.ISSUED);
    // 5.9.5: the core witnesses the agent's journal in its own evidence.
    expect(house.evidence).toContainEqual({
      kind: "agent-journal",
      body: { agent: "agent-a", entries: 7, hash: "ab" },
    });
  });

  test("a heartbeat that lay in a socket that stood still says no more of clocks than it can", async () => {
    const told: unknown[] = [];
    const clock = { ...UNWATCHED, observed: (...observed: unknown[]) => void told.push(observed) };
    Object.assign(house.runtime, { clock });
    city = await house.start();
    const agent = await city.startAgent();
    const begun = house.runtime.now().getTime();
    const beat = { healthy: true, reason: "", journalEntries: 0n, journalHash: "" };
    for (const [sent, received] of [
      [10, 10],
      [20, 50],
      [40, 50],
    ] as const) {
      house.setNow(new Date(begun + received * 1_000).toISOString());
      const time = new Date(begun + sent * 1_000).toISOString();
      const before = told.length;
      agent.say({ case: "heartbeat", value: { ...beat, time } } as never);
      await expect.poll(() => told.length).toBe(before + 1);
    }
    expect(told).toEqual([
      ["agent agent-a", 0, 0],
      ["agent agent-a", -30_000, 25_000],
      ["agent agent-a", -10_000, 25_000],
    ]);
  });

  test("the agent that connects again under its name replaces its older stream", async () => {
    const older = await city.startAgent();
    await city.startAgent();
    await older.ended;
    expect((await issued(city, house.order())).state).toBe(CertificateState.ISSUED);
  });

  test("an agent must bear the name that its certificate proves", async () => {
    const options = { seal: "X", name: "agent-a", provenName: "agent-b" };
    const refusal = await refusalOf(startFakeAgent(city.running, house.department, options), "PERMISSION_DENIED");
    expect(refusal.metadata.agent).toBe("agent-a");
  });

  test("the service lets agents finish when it stops", async () => {
    const agent = await city.startAgent();
    await city.running.stop();
    await agent.ended;
  });
});

describe("what agents refuse and what is refused of them", () => {
  test("a refusal of the agent's policy reaches the caller with its reason; the certificate stays made", async () => {
    const refuse = () => ({ reason: "ORIGIN_STALE", message: "signed too long ago", metadata: { keyId: "k1" } });
    await city.startAgent({ refuse });
    const order = house.order();
    await city.issue.makeCertificate(order);
    expect((await refusalOf(issue(city, order), "ORIGIN_STALE")).metadata).toMatchObject({
      keyId: "k1",
      agent: "agent-a",
    });
    expect((await city.issue.getCertificate(order.order)).certificate?.state).toBe(CertificateState.MADE);
  });

  test("a new origin signature over the same order takes the place of a stale one", async () => {
    const seen: string[] = [];
    await city.startAgent({
      refuse: ({ origin }) => {
        seen.push(origin?.signedAt ?? "");
        return seen.length === 1 ? { reason: "ORIGIN_STALE", message: "too old" } : undefined;
      },
    });
    const order = house.order();
    const before = await city.issue.makeCertificate(order);
    await refusalOf(issue(city, order), "ORIGIN_STALE");
    house.setNow(new Date(house.runtime.now().getTime() + 5_000).toISOString());
    const again = house.order({ businessSerial: order.order.businessSerial });
    const after = await city.issue.makeCertificate(again);
    expect(after.certificate?.identifier).toBe(before.certificate?.identifier);
    await issue(city, order);
    expect(seen).toEqual([order.origin.signedAt, again.origin.signedAt]);
  });

  test("5.8.3 a seal with an SM2 key signs message, PDF and OFD under SM3", async () => {
    const national = await openHouse({ algorithm: "SM2" });
    try {
      const instance = await national.start();
      await instance.startAgent();
      const order = national.order();
      await instance.issue.makeCertificate(order);
      const certificate = await issue(instance, order);
      expect(certificate.state).toBe(CertificateState.ISSUED);
      const { identifier } = certificate;
      const { file } = await instance.archive.getFile({ identifier, format: FileFormat.OFD });
      const options = { trust: national.trust, at: new Date() };
      expect(verifyOfd(file?.content ?? new Uint8Array(), options)).toMatchObject({ ok: true, suite: "sm2-sm3" });
      const pdf = await instance.archive.getFile({ identifier, format: FileFormat.PDF });
      expect(verifyPades(pdf.file?.content ?? new Uint8Array(), options)).toMatchObject({ ok: true });
    } finally {
      await national.close();
    }
  });

  test.each(["messageCms", "ofdCms"] as const)("a wrong signature is not stored: %s", async (which) => {
    let broken = true;
    await city.startAgent({
      tamper: (signatures) => {
        if (!broken) return signatures;
        broken = false;
        return { ...signatures, [which]: signatures.pdfCms };
      },
    });
    const order = house.order();
    await city.issue.makeCertificate(order);
    await refusalOf(issue(city, order), "SIGNATURE_INVALID");
    expect((await issue(city, order)).state).toBe(CertificateState.ISSUED);
  });

  test("a signature by another key than the seal's is not stored, though it is trusted", async () => {
    await startFakeAgent(city.running, house.stranger, {
      seal: house.catalog.seal.code,
      offered: house.department.signer.certificate,
    });
    const order = house.order();
    await city.issue.makeCertificate(order);
    await refusalOf(issue(city, order), "SIGNER_UNTRUSTED");
  });

  test("an agent that offers the seal with another certificate is not asked", async () => {
    const agent = await startFakeAgent(city.running, house.stranger, { seal: house.catalog.seal.code });
    const order = house.order();
    await city.issue.makeCertificate(order);
    await refusalOf(issue(city, order), "SIGNER_UNTRUSTED");
    expect(agent.batches).toEqual([]);
  });

  test("5.9.4 a seal that was unbound after making signs nothing any more", async () => {
    const agent = await city.startAgent();
    const order = house.order();
    await city.issue.makeCertificate(order);
    house.catalog.refusals.set(LICENCE, new Refusal("SEAL_UNBOUND", "the seal was unbound"));
    await refusalOf(issue(city, order), "SEAL_UNBOUND");
    expect(agent.signed).toEqual([]);
  });

  test("5.9.4 what an agent signs later than 3 s after the seal was asked for counts only if the seal is still bound", async () => {
    let unbinds = true;
    const later = () => house.setNow(new Date(house.runtime.now().getTime() + 3_500).toISOString());
    await city.startAgent({
      before: async () => {
        later();
        if (unbinds) house.catalog.refusals.set(LICENCE, new Refusal("SEAL_UNBOUND", "the seal was unbound"));
      },
    });
    const order = house.order();
    await city.issue.makeCertificate(order);
    await refusalOf(issue(city, order), "SEAL_UNBOUND");
    unbinds = false;
    house.catalog.refusals.clear();
    expect((await issue(city, order)).state).toBe(CertificateState.ISSUED);
  });

  test("a seal picture that was changed after making is drawn anew before it is signed", async () => {
    await city.startAgent();
    const order = house.order();
    const before = (await city.issue.makeCertificate(order)).certificate;
    house.catalog.seal.pictureName = "广州市市场监管局";
    const after = await issue(city, order);
    expect(messageIn(after).faces).not.toEqual(messageIn(before).faces);
  });
});
