import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { type Client, credentials, loadPackageDefinition, Metadata, type ServiceError } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { beforeAll, describe, expect, test } from "vitest";
import { type CatalogFile, readCatalogFiles } from "../../ops/trial/catalog-files.ts";
import { contextFor, orderFrom, originKey } from "../../ops/trial/connect.ts";
import { replicated } from "../../ops/trial/links.ts";
import { ISSUERS, type IssuingDepartment, USER } from "../../ops/trial/plan.ts";
import type { Trial } from "../../ops/trial/trial.ts";
import { signedOrder } from "../../services/client/order.ts";

const run = promisify(execFile);

/** A method of a client that proto-loader made. */
type Method = (request: object, metadata: Metadata, done: (error: ServiceError | null, answer: Answer) => void) => void;
// biome-ignore lint/suspicious/noExplicitAny: what a program without our types sees
type Answer = any;

/** A department system that has nothing but the `.proto` files and grpc-js. */
function grpcClient(address: string, ca: Buffer, fullName: string, proto: string) {
  const definition = loadSync(proto, { includeDirs: ["proto"], keepCase: true, longs: String, enums: String });
  let place: Answer = loadPackageDefinition(definition);
  for (const part of fullName.split(".")) place = place[part];
  const client = new place(address.replace("https://", ""), credentials.createSsl(ca)) as Client;
  const call = (method: string, request: object, token?: string): Promise<Answer> => {
    const metadata = new Metadata();
    if (token) metadata.set("authorization", `Bearer ${token}`);
    const send = (client as unknown as Record<string, Method>)[method] as Method;
    return new Promise((resolve, reject) => {
      send.call(client, request, metadata, (error, answer) => (error ? reject(error) : resolve(answer)));
    });
  };
  return { call, close: () => client.close() };
}

/** Programs that know the contracts alone. */
export function describeOutsideClients(trialOf: () => Trial): void {
  describe("clients that we did not write", () => {
    let trial: Trial;
    const licence = readCatalogFiles().find((file) => file.name === "营业执照") as CatalogFile;
    const scjg = ISSUERS[0] as IssuingDepartment;

    const signed = (serial: string) => {
      const { keyId, privateKeyFile } = originKey(trial.directory, scjg.appKey);
      const origin = { keyId, privateKeyPem: readFileSync(privateKeyFile, "utf8") };
      return signedOrder(orderFrom(licence, serial), scjg.appKey, origin, new Date());
    };

    beforeAll(() => {
      trial = trialOf();
    });

    test("5.4.2, 5.4.3 grpc-js with the contracts alone issues and uses a certificate", async () => {
      const ca = readFileSync(trial.files.root);
      const { linghai, pengwan } = trial.cores;
      const open = (address: string, area: string, service: string, file: string) =>
        grpcClient(address, ca, `ecert.${area}.v1.${service}`, `ecert/${area}/v1/${file}.proto`);
      const token = async (address: string, app: string) => {
        const tokens = open(address, "identity", "TokenService", "token_service");
        const answer = await tokens.call("IssueAccessToken", { app_key: app, app_secret: trial.secrets.get(app) });
        tokens.close();
        return answer.access_token as string;
      };
      const city = linghai.public.issue?.[0] ?? "";
      const issuing = open(city, "issue", "IssueService", "issue_service");
      const issueToken = await token(city, scjg.appKey);
      const { order, origin } = signed("grpc-1");
      const { structured, snake } = plain(order);
      const request = {
        order: { ...snake, data: structured },
        origin: { key_id: origin.keyId, signed_at: origin.signedAt, signature: origin.signature },
      };
      await issuing.call("MakeCertificate", request, issueToken);
      const { certificate } = await issuing.call("IssueCertificate", { business_serial: "grpc-1" }, issueToken);
      expect(certificate.state).toBe("CERTIFICATE_STATE_ISSUED");
      await replicated(trial, linghai);

      const other = pengwan.public.usage?.[0] ?? "";
      const usage = open(other, "usage", "UsageService", "usage_service");
      const useToken = await token(other, USER.appKey);
      const context = plain(contextFor(licence, "grpc-case", new Date())).snake;
      const { usage_code } = await usage.call(
        "CreateUsageContext",
        { request_id: "outside-grpc-js", context },
        useToken,
      );
      const verified = await usage.call(
        "VerifyCertificate",
        { usage_code, identifier: certificate.identifier },
        useToken,
      );
      expect(verified.verdict).toBe("VERDICT_VALID");
      const refused = await usage
        .call("VerifyCertificate", { usage_code: "made-up", identifier: certificate.identifier }, useToken)
        .catch((error: ServiceError) => error);
      expect(refused.metadata.get("grpc-status-details-bin").toString()).toContain("USAGE_CODE_UNKNOWN");
      issuing.close();
      usage.close();
    });

    test("5.4.2, 5.4.3 curl with JSON issues and uses a certificate, and reads typed errors", async () => {
      const { linghai, pengwan } = trial.cores;
      const post = async (address: string, method: string, body: unknown, token?: string): Promise<Answer> => {
        const headers = [
          "-H",
          "content-type: application/json",
          ...(token ? ["-H", `authorization: Bearer ${token}`] : []),
        ];
        const args = [
          "-sS",
          "--cacert",
          trial.files.root,
          ...headers,
          "-d",
          JSON.stringify(body),
          `${address}/${method}`,
        ];
        return JSON.parse((await run("curl", args)).stdout);
      };
      const token = async (address: string, appKey: string) =>
        (
          await post(address, "ecert.identity.v1.TokenService/IssueAccessToken", {
            appKey,
            appSecret: trial.secrets.get(appKey),
          })
        ).accessToken as string;
      const city = linghai.connect.issue?.[0] ?? "";
      const issueToken = await token(city, scjg.appKey);
      const { order, origin } = signed("curl-1");
      const issue = "ecert.issue.v1.IssueService";
      const request = {
        order,
        origin: { ...origin, signature: Buffer.from(origin.signature).toString("base64") },
      };
      const { statement } = await post(city, `${issue}/ValidateOrigin`, request, issueToken);
      const text = Buffer.from(statement, "base64").toString("utf8");
      const loose = Buffer.from(text.replace(order.issueDate, "24.11.2026")).toString("base64");
      const differing = { ...request, origin: { ...request.origin, statement: loose } };
      const refused = await post(city, `${issue}/MakeCertificate`, differing, issueToken);
      const { debug } = refused.details.find((detail: { type: string }) => detail.type === "google.rpc.BadRequest");
      expect(debug.fieldViolations.map(({ field }: { field: string }) => field)).toEqual(["order.issueDate"]);
      const made = await post(city, `${issue}/MakeCertificate`, request, issueToken);
      expect(made.certificate.state).toBe("CERTIFICATE_STATE_MADE");
      const issued = await post(city, `${issue}/IssueCertificate`, { businessSerial: "curl-1" }, issueToken);
      expect(issued.certificate.state).toBe("CERTIFICATE_STATE_ISSUED");
      await replicated(trial, linghai);

      const other = pengwan.connect.usage?.[0] ?? "";
      const useToken = await token(other, USER.appKey);
      const usage = "ecert.usage.v1.UsageService";
      const context = contextFor(licence, "curl-case", new Date());
      const { usageCode } = await post(
        other,
        `${usage}/CreateUsageContext`,
        { requestId: "outside-curl", context },
        useToken,
      );
      const { identifier } = issued.certificate;
      const verified = await post(other, `${usage}/VerifyCertificate`, { usageCode, identifier }, useToken);
      expect(verified.verdict).toBe("VERDICT_VALID");

      const unknown = await post(other, `${usage}/VerifyCertificate`, { usageCode, identifer: identifier }, useToken);
      const info = unknown.details.find((detail: { type: string }) => detail.type === "google.rpc.ErrorInfo");
      expect(info.debug ?? info.value).toBeDefined();
      expect(JSON.stringify(unknown)).toContain("identifer");
    });
  });
}

/** What proto-loader wants: field names of the contracts, and `google.protobuf.Struct` spelt out. */
function plain(value: object): { snake: Record<string, Answer>; structured: Answer } {
  const snakeOf = (one: Answer): Answer => {
    if (Array.isArray(one)) return one.map(snakeOf);
    if (one === null || typeof one !== "object" || one instanceof Uint8Array) return one;
    const entries = Object.entries(one).map(([key, member]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      snakeOf(member),
    ]);
    return Object.fromEntries(entries);
  };
  return { snake: snakeOf(value), structured: structOf((value as { data?: object }).data ?? {}) };
}

function structOf(object: object): Answer {
  return { fields: Object.fromEntries(Object.entries(object).map(([key, member]) => [key, structValue(member)])) };
}

function structValue(value: unknown): Answer {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "number") return { numberValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (Array.isArray(value)) return { listValue: { values: value.map(structValue) } };
  return value === null ? { nullValue: 0 } : { structValue: structOf(value as object) };
}
