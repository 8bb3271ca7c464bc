import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CatalogFile, readCatalogFiles } from "../../ops/trial/catalog-files.ts";
import { connect, orderFrom } from "../../ops/trial/connect.ts";
import { replicated } from "../../ops/trial/links.ts";
import { ISSUERS, type IssuingDepartment } from "../../ops/trial/plan.ts";
import type { Trial } from "../../ops/trial/trial.ts";
import type { Certificate } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import type { Connector } from "../../services/client/index.ts";
import { addDays, shanghaiDay } from "../../services/domain/civil-date.ts";

const run = promisify(execFile);
const MAIN = join(import.meta.dirname, "../../ops/ecert/main.ts");

/** What anybody can do with a file and the province's word. */
export function describePublicVerification(trialOf: () => Trial): void {
  describe("a certificate of one city, verified by anybody", () => {
    let trial: Trial;
    let issuer: Connector;
    let issued: Certificate;
    const directory = mkdtempSync(join(tmpdir(), "ecert-public-"));
    const path = (name: string) => join(directory, name);

    beforeAll(async () => {
      trial = trialOf();
      const department = ISSUERS[0] as IssuingDepartment;
      issuer = connect(trial, department.appKey, trial.cores.linghai);
      const licence = readCatalogFiles().find((file) => file.name === "营业执照") as CatalogFile;
      // The QR text tells the day of issue only, so that a bundle of the same day could not vouch for it yet.
      const issueDate = addDays(shanghaiDay(new Date()), -1);
      await issuer.issuing.make({ ...orderFrom(licence, "public-1"), issueDate });
      issued = await issuer.issuing.issue("public-1");
      writeFileSync(path("face.pdf"), (await issuer.issuing.face("public-1")).content);
      await replicated(trial, trial.cores.linghai);
      mkdirSync(path("trust"));
      copyFileSync(trial.files.signing, path("trust/signing.pem"));
      copyFileSync(trial.files.revocationList, path("trust/signing.crl"));
      const { province, linghai } = trial.cores;
      copyFileSync(province.publicKeyFile, path(`trust/province-${province.node.code}.pem`));
      copyFileSync(linghai.publicKeyFile, path(`trust/node-${linghai.node.code}.pem`));
    }, 120_000);
    afterAll(() => {
      issuer?.close();
      rmSync(directory, { recursive: true, force: true });
    });

    /** Asks without any proof, as a browser would. */
    async function post(address: string, method: string, body: object) {
      writeFileSync(path("body.json"), JSON.stringify(body));
      const headers = ["-H", "content-type: application/json", "-d", `@${path("body.json")}`];
      const { stdout } = await run("curl", ["-sS", "--cacert", trial.files.root, ...headers, `${address}/${method}`], {
        maxBuffer: 32 << 20,
      });
      return JSON.parse(stdout);
    }
    const verifyOnline = async () => {
      const document = readFileSync(path("face.pdf")).toString("base64");
      const city = trial.cores.pengwan.connect.usage?.[0] ?? "";
      return (await post(city, "ecert.usage.v1.VerifyService/VerifyDocument", { document })).report;
    };
    const fetchBundle = async () => {
      const province = trial.cores.province.connect.sync?.[0] ?? "";
      const { bundle } = await post(province, "ecert.sync.v1.StatusService/GetStatusBundle", {});
      writeFileSync(path("states.ecsb"), Buffer.from(bundle, "base64"));
    };
    const ecert = (...args: string[]) =>
      run(process.execPath, [
        MAIN,
        ...args,
        "--trust",
        path("trust"),
        "--offline",
        "--status",
        path("states.ecsb"),
      ]).then(
        ({ stdout }) => ({ code: 0, stdout }),
        ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
      );

    test("on-line, another city tells verdict and state to a caller without proof", async () => {
      expect(await verifyOnline()).toMatchObject({
        verdict: "DOCUMENT_VERDICT_VALID",
        subject: { identifier: issued.identifier },
        state: { state: "valid", source: "issuer" },
        signature: { timeFrom: "record", revocationNow: { state: "good" } },
      });
      // The register of issuers came from the province: nothing was left unchecked.
      expect((await verifyOnline()).findings ?? []).toEqual([]);
    });

    test("off-line, the command accepts its PDF by the province's bundle, and tells who says what its QR text says", async () => {
      await fetchBundle();
      const pdf = await ecert("verify", path("face.pdf"));
      expect(pdf.stdout).toContain("真实有效 (valid)");
      expect(pdf.stdout).toContain("ISSUER_UNREGISTERED");
      // Any city hands on the register that the province signed.
      const city = trial.cores.pengwan.connect.sync?.[0] ?? "";
      const { register } = await post(city, "ecert.sync.v1.StatusService/GetIssuerRegister", {});
      writeFileSync(path("trust/issuers.json"), Buffer.from(register, "base64"));
      const checked = await ecert("verify", path("face.pdf"));
      expect(checked.stdout).toContain("真实有效 (valid)");
      expect(checked.stdout).not.toContain("ISSUER_UNREGISTERED");
      const { qr } = JSON.parse(new TextDecoder().decode(issued.message)).metadata;
      const { keys } = await post(city, "ecert.sync.v1.StatusService/GetNodeKeys", {});
      writeFileSync(path("trust/node-keys.json"), Buffer.from(keys, "base64"));
      const code = await ecert("verify-qr", qr);
      expect(code.stdout).toContain(issued.identifier);
      expect(code.stdout).toContain(`said by  ${trial.cores.linghai.node.code}`);
      expect(code.stdout).not.toContain("NODE_KEY_UNDATED");
      expect(code.code).toBe(5);
      expect((await ecert("verify-qr", qr.replace(issued.number, "1"))).code).toBe(1);
    });

    test("revoked, it is told to be so at once on-line", async () => {
      await issuer.issuing.revoke(issued.identifier, "企业已注销登记");
      expect(await verifyOnline()).toMatchObject({
        verdict: "DOCUMENT_VERDICT_NOT_IN_FORCE",
        state: { state: "revoked" },
      });
    });
  });
}
