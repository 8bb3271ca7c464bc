import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { CertificateSchema } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { Refusal } from "../domain/refusal.ts";
import type { Endpoint } from "./endpoint.ts";
import { createIssuing } from "./issuing.ts";
import type { CheckedOptions } from "./options.ts";

function issuing(issueCertificate: (request: { businessSerial: string }) => Promise<unknown>) {
  const home = { client: () => ({ issueCertificate }) } as unknown as Endpoint;
  return createIssuing(home, { timeoutMs: 10_000 } as CheckedOptions);
}

async function* serials(count: number): AsyncGenerator<string> {
  for (let number = 0; number < count; number++) yield `s-${number}`;
}

test("5.4.2: many are issued so many at once, each by itself, and one that is refused fails alone", async () => {
  let [running, most] = [0, 0];
  const many = issuing(async ({ businessSerial }) => {
    most = Math.max(most, ++running);
    await new Promise(setImmediate);
    running--;
    if (businessSerial === "s-7") throw new Refusal("CERTIFICATE_UNKNOWN", "there is none");
    return { certificate: create(CertificateSchema, { businessSerial }) };
  });
  const found = new Map<string, string>();
  for await (const { of, certificate, refusal } of many.issueMany(serials(40), { atOnce: 8 })) {
    found.set(of, certificate?.businessSerial ?? refusal?.reason ?? "");
  }
  expect(found.size).toBe(40);
  expect(found.get("s-7")).toBe("CERTIFICATE_UNKNOWN");
  expect([...found].filter(([serial, made]) => serial === made)).toHaveLength(39);
  expect(most).toBe(8);
});

test("how many at once is refused outside of 1 to 64, before anything is read", () => {
  const many = issuing(async () => ({}));
  for (const atOnce of [0, 65, 1.5]) {
    expect(() => many.issueMany([], { atOnce })).toThrow(expect.objectContaining({ reason: "INVALID_FIELD" }));
  }
});
