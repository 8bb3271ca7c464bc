import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readAgentConfig } from "./config/agent-config.ts";
import { loadPolicy } from "./policy.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "ecert-policy-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

function write(name: string, content: unknown): string {
  const file = join(directory, name);
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

function faultsOf(load: () => unknown): string[] {
  try {
    load();
    return [];
  } catch (error) {
    return (error as { fields: { field: string; description: string }[] }).fields.map(
      ({ field, description }) => `${field} ${description}`,
    );
  }
}

const SEAL = {
  code: "S1",
  keyLabel: "k",
  certificateFile: "seal.pem",
  pictureFile: "picture.json",
  items: ["I1"],
  units: [{ code: "11440100MB2C91870E", name: "示例局", division: "440100" }],
};

describe("policy and configuration files", () => {
  test("6.2.4: a policy with test seals is for a sandbox alone, and one without never is", () => {
    const faultsAt = (content: object, node: string) =>
      faultsOf(() => loadPolicy(write("policy.json", { ...content, seals: [SEAL] }), node)).filter((fault) =>
        fault.startsWith("sandbox"),
      );
    expect([faultsAt({ sandbox: true }, "TEST440100"), faultsAt({}, "440100")]).toEqual([[], []]);
    expect(faultsAt({ sandbox: true }, "440100")).toEqual(["sandbox must be false at node 440100"]);
    expect(faultsAt({}, "TEST440100")).toEqual(["sandbox must be true at node TEST440100"]);
  });

  test("tells every fault at once, unknown members with those that are known", () => {
    const file = write("policy.json", {
      seals: [{ ...SEAL, itmes: ["I2"], units: [{ ...SEAL.units[0], code: "11440100MB2C91870A", division: "4401" }] }],
      items: [{ item: "I1", origin: "optional", render: { sampled: 0.1 }, templates: [] }],
      orignMaxAgeSeconds: 5,
    });
    expect(faultsOf(() => loadPolicy(file))).toEqual([
      "orignMaxAgeSeconds is unknown",
      "seals[0].itmes is unknown",
      expect.stringContaining("seals[0].units[0].code is no unified social credit code"),
      expect.stringContaining("seals[0].units[0].division is no division code"),
      "items[0].origin must be one of: required, officer, officer-here, attested",
      "items[0].render is no member any more",
      "items[0].templates is no member any more",
    ]);
  });

  test("5.9.5: that officers confirm needs a list and the key that signs it, one for each of 16 departments at most", () => {
    const { publicKey } = generateKeyPairSync("ed25519");
    write("signer.pem", publicKey.export({ type: "spki", format: "pem" }).toString());
    write(
      "rsa.pem",
      generateKeyPairSync("rsa", { modulusLength: 2_048 }).publicKey.export({ type: "spki", format: "pem" }).toString(),
    );
    const items = [
      { item: "I1", origin: "officer" },
      { item: "I2", origin: "officer-here" },
    ];
    const faults = (officers: object[]) =>
      faultsOf(() => loadPolicy(write("policy.json", { seals: [SEAL], items, officers }))).filter(
        (fault) => !fault.startsWith("seals"),
      );
    const good = { department: "11440100MB2C91870E", listFile: "officers.json", signerKeyFile: "signer.pem" };
    expect(faults([good])).toEqual([]);
    expect(faults([])).toEqual([
      "items[0].origin no officer can confirm item I1: there is no list",
      "items[1].origin no officer can confirm item I2: there is no list",
    ]);
    expect(faults([good, good])).toEqual(["officers[1] 11440100MB2C91870E is given twice"]);
    expect(faults([{ ...good, signerKeyFile: "rsa.pem" }])).toEqual([
      expect.stringContaining("officers[0].signerKeyFile"),
    ]);
    expect(faults([{ ...good, signerKeyFile: "none.pem" }])).toEqual([
      expect.stringContaining("officers[0].signerKeyFile"),
    ]);
    expect(faults(Array.from({ length: 17 }, () => good))).toContain("officers are 17 lists, at most 16 are held");
  });

  test("6.4.4.2: who asks on behalf of a unit is refused without units, items or last day, beyond the seals, and twice", () => {
    const { publicKey } = generateKeyPairSync("ed25519");
    write("key.pem", publicKey.export({ type: "spki", format: "pem" }).toString());
    const delegatesOf = (delegates: object[], apps: object[] = []) =>
      faultsOf(() => loadPolicy(write("policy.json", { seals: [SEAL], apps, delegates }))).filter(
        (fault) => !fault.startsWith("seals"),
      );
    const originKeys = [{ id: "h1", publicKeyFile: "key.pem" }];
    const good = { app: "hall", originKeys, units: [SEAL.units[0]?.code], items: ["I1"], until: "2027-12-31" };
    expect(delegatesOf([good])).toEqual([]);
    expect(delegatesOf([{ app: "hall", originKeys: [], units: [], items: [], until: "2027-02-30" }])).toEqual([
      "delegates[0].originKeys needs at least 1 member(s)",
      "delegates[0].units needs at least 1 member(s)",
      "delegates[0].items needs at least 1 member(s)",
      "delegates[0].until is no day as yyyy-MM-dd",
    ]);
    expect(delegatesOf([{ ...good, units: ["11440106MB9DEM11X6"], items: ["I2"] }])).toEqual([
      "delegates[0].units[0] no seal signs for 11440106MB9DEM11X6",
      "delegates[0].items[0] no seal signs I2",
    ]);
    expect(delegatesOf([good, good], [{ app: "hall" }])).toEqual([
      "delegates[0].app hall stands in apps too",
      "delegates[1].app hall stands in apps too",
      "delegates[1].units[0] 11440100MB2C91870E is given twice for app hall",
    ]);
    // Who holds a key of the department's own would not be bound.
    expect(delegatesOf([good], [{ app: "own", originKeys: [{ id: "k1", publicKeyFile: "key.pem" }] }])).toEqual([
      "apps origin key h1 is the department's own and a delegate's: each needs a key of its own",
    ]);
  });

  test("refuses a seal without items or units: nothing is allowed by leaving it out", () => {
    const file = write("policy.json", { seals: [{ ...SEAL, items: [], units: [] }] });
    expect(faultsOf(() => loadPolicy(file))).toEqual([
      "seals[0].items needs at least 1 member(s)",
      "seals[0].units needs at least 1 member(s)",
    ]);
  });

  test("names certificates and keys that cannot be loaded, and what is given twice", () => {
    write("seal.pem", "no certificate");
    const file = write("policy.json", {
      seals: [SEAL, SEAL],
      apps: [{ app: "a", originKeys: [{ id: "k1", publicKeyFile: "absent.pem" }] }],
    });
    expect(faultsOf(() => loadPolicy(file))).toEqual([
      "seals[1] S1 is given twice",
      expect.stringContaining("seals[0].certificateFile"),
      expect.stringContaining("seals[0].pictureFile"),
      expect.stringContaining("seals[1].certificateFile"),
      expect.stringContaining("seals[1].pictureFile"),
      expect.stringContaining("absent.pem"),
    ]);
  });

  test("what was a member once is refused with what to do in its place", () => {
    const file = write("policy.json", { seals: [SEAL], items: [{ item: "I1", render: "never" }] });
    expect(() => loadPolicy(file)).toThrow(/items\[0\].render .*every face is drawn on this host/);
  });

  test("one seal signs an item for a unit: a core must not choose between two", () => {
    const other = { ...SEAL, code: "S2" };
    const faults = faultsOf(() => loadPolicy(write("policy.json", { seals: [SEAL, other] })));
    expect(faults).toContain(
      "seals[1] item I1 is signed for 11440100MB2C91870E by seal S1 too: one seal for an item and a unit",
    );
    const apart = { ...other, items: ["I2"] };
    const left = faultsOf(() => loadPolicy(write("policy.json", { seals: [SEAL, apart] })));
    expect(left.filter((fault) => fault.includes("too: one seal"))).toEqual([]);
  });

  test("a configuration takes paths from its own directory, and metrics to loopback only", () => {
    const config = {
      agent: "mzj",
      node: "440100",
      province: { node: "440000", publicKeyFile: "province.pem" },
      device: { module: "/usr/lib/x.so", tokenLabel: "t", pinFile: "pin" },
      journalDirectory: "journal",
      policyFile: "policy.json",
      tls: { certificateFile: "t.pem", privateKeyFile: "t.key", caFile: "ca.pem" },
      cores: [{ name: "a", address: "core.example:7443" }],
    };
    const read = readAgentConfig(write("agent.json", config));
    expect(read).toMatchObject({ journalDirectory: join(directory, "journal"), window: 256, admin: undefined });
    expect(read.device).toMatchObject({ module: "/usr/lib/x.so", pinFile: join(directory, "pin"), processes: 1 });
    const open = write("open.json", { ...config, admin: { address: "0.0.0.0:9464" } });
    expect(faultsOf(() => readAgentConfig(open))).toEqual([
      expect.stringContaining("admin.address must be a loopback"),
    ]);
    expect(() => readAgentConfig(write("broken.json", "{"))).toThrow(/is no JSON/);
  });
});
