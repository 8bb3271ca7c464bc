import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PROVIDER, SIGN_PATH } from "../../services/document/ofd/sign-ofd.ts";
import { readZip } from "../../services/document/ofd/zip-read.ts";
import { packFile, writeZip } from "../../services/document/ofd/zip-write.ts";
import { openScene, type Scene, SIGNED_AT } from "../attacks/scene.ts";

const MAIN = join(import.meta.dirname, "../../ops/ecert/main.ts");
/** Five minutes after the signing: eight hours on, it would lie in the future. */
const AT = "2026-11-24T02:20:00Z";
/** The time of signing as programs in the field write it. */
const WRITTEN = ["2026-11-24 10:15:00", "2026-11-24T10:15:00.000", "20261124101500", "20261124021500Z"];
const ZONES = ["UTC", "Asia/Shanghai", "America/Los_Angeles"];

let scene: Scene;
let folder: string;

beforeAll(async () => {
  scene = await openScene();
  folder = mkdtempSync(join(tmpdir(), "ecert-zones-"));
  const issued = scene.issue("2026000001");
  writeFileSync(join(folder, "own.pdf"), issued.pdf);
  writeFileSync(join(folder, "own.ofd"), issued.ofd);
  for (const [place, time] of WRITTEN.entries()) {
    writeFileSync(join(folder, `other-${place}.ofd`), signedByAnother(issued.ofd, time));
  }
  mkdirSync(join(folder, "trust"));
  const { root, signing } = scene.authority.certificates;
  writeFileSync(join(folder, "trust/authorities.pem"), root + signing);
  const lists = scene.authority.crl();
  writeFileSync(join(folder, "trust/lists.crl"), lists.root + lists.signing);
});
afterAll(() => {
  scene.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The package as another program would have signed it, with the time in its own writing. */
function signedByAnother(ofd: Buffer, time: string): Buffer {
  const files = new Map(readZip(ofd));
  const text = (files.get(SIGN_PATH.signature) as Buffer).toString();
  const signature = Buffer.from(
    text
      .replaceAll(`="${PROVIDER}"`, '="other"')
      .replace(/(<(?:\w+:)?SignatureDateTime>)[^<]*/, (_, tag: string) => `${tag}${time}`),
  );
  const value = scene.department.signDigest(createHash("sha256").update(signature).digest(), { pades: false });
  files.set(SIGN_PATH.signature, signature).set(SIGN_PATH.value, Buffer.from(value));
  return writeZip([...files].map(([path, content]) => packFile(path, content, 3)));
}

type Told = { file: string; verdict: string; findings: { code: string }[]; signature: { signedAt: string } };

function verifiedIn(zone: string): Told[] {
  const files = ["own.pdf", "own.ofd", ...WRITTEN.map((_, place) => `other-${place}.ofd`)];
  const args = ["verify", ...files, "--trust", "trust", "--offline", "--json", "--at", AT];
  const { stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    encoding: "utf8",
    cwd: folder,
    env: { ...process.env, TZ: zone },
  });
  if (stdout === "") throw new Error(stderr);
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Told);
}

describe("a document that was sealed five minutes ago", () => {
  let told: Map<string, Told[]>;
  beforeAll(() => {
    told = new Map(ZONES.map((zone) => [zone, verifiedIn(zone)]));
  });

  test.each(ZONES)("on a host in %s was signed when it was, and not in the future", (zone) => {
    const reports = told.get(zone) as Told[];
    expect(reports.map(({ signature }) => signature.signedAt)).toEqual(reports.map(() => SIGNED_AT.toISOString()));
    expect(reports.map(({ verdict }) => verdict)).toEqual(reports.map(() => "undetermined"));
    expect(reports.flatMap(({ findings }) => findings.map(({ code }) => code))).not.toContain("SIGNED_IN_FUTURE");
  });

  test("is told in the same words on every host", () => {
    for (const zone of ZONES) expect(told.get(zone)).toEqual(told.get("UTC"));
  });
});
