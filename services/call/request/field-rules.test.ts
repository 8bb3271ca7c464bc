import { create, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { OperatorProviderSchema } from "../../../proto/gen/ecert/identity/v1/app_pb.ts";
import type { CertificateState } from "../../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import {
  ListCertificatesRequestSchema,
  MakeCertificateRequestSchema,
} from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { AttachmentSchema } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { Refusal } from "../../domain/refusal.ts";
import { checkFieldRules } from "./field-rules.ts";

function violations<D extends DescMessage>(schema: D, message: MessageShape<D>) {
  try {
    checkFieldRules(schema, message);
    return [];
  } catch (error) {
    return (error as Refusal).fields;
  }
}

describe("field rules", () => {
  const good = { name: "申请表.pdf", mediaType: "application/pdf", sha256: "0".repeat(64) };
  const refusalOf = (attachment: typeof good) => {
    try {
      checkFieldRules(AttachmentSchema, create(AttachmentSchema, attachment));
      return undefined;
    } catch (error) {
      return error as Refusal;
    }
  };

  test("let a good message pass", () => {
    expect(refusalOf(good)).toBeUndefined();
  });

  test("tell every violation at once by path, with what is wrong and what to do", () => {
    const refusal = refusalOf({ name: "", mediaType: "x".repeat(101), sha256: "ABC" });
    expect(refusal).toBeInstanceOf(Refusal);
    expect(refusal?.reason).toBe("INVALID_FIELD");
    expect(refusal?.fields.map(({ field, remedy }) => [field, remedy])).toEqual([
      ["name", "send more"],
      ["media_type", "send less, or split the request"],
      ["sha256", "write SHA-256 as 64 lower-case hex digits"],
    ]);
    for (const { description } of refusal?.fields ?? []) expect(description).not.toBe("");
    expect(refusal?.localized).toContain("sha256 SHA-256应为64位小写十六进制");
  });

  test("take for white space what the validator of the contracts does, and hold the whole text to a pattern", () => {
    const faults = (sha256: string) => violations(AttachmentSchema, create(AttachmentSchema, { ...good, sha256 }));
    expect(faults("a".repeat(64))).toEqual([]);
    for (const wrong of [`${"a".repeat(64)}\n`, `\n${"a".repeat(64)}`, "a".repeat(63), "\u{1d41a}".repeat(64)])
      expect(faults(wrong).map(({ field }) => field)).toEqual(["sha256"]);
    const provider = { issuer: "a", audience: "b" };
    const urls = (end: string) =>
      violations(
        OperatorProviderSchema,
        create(OperatorProviderSchema, { ...provider, jwksUrl: `https://a.example/${end}` }),
      ).map(({ field }) => field);
    // White space is what ASCII has of it, but for the vertical tab.
    for (const taken of ["", "\u000b", "\u00a0", "\u3000", "钥匙"]) expect(urls(taken)).toEqual([]);
    for (const white of [" ", "\t", "\n", "\f", "\r", "#"]) expect(urls(white)).toEqual(["jwks_url"]);
  });

  test("name the values of an enum, and what a date looks like", () => {
    const list = create(ListCertificatesRequestSchema, { state: 99 as CertificateState });
    const [state] = violations(ListCertificatesRequestSchema, list);
    expect(state?.field).toBe("state");
    expect(state?.remedy).toContain("CERTIFICATE_STATE_MADE, ");
    expect(state?.localized).toContain("CERTIFICATE_STATE_MADE");
    const order = create(MakeCertificateRequestSchema, { order: { issueDate: "2026/1/31" } });
    const day = violations(MakeCertificateRequestSchema, order).find(({ field }) => field === "order.issue_date");
    expect(day?.remedy).toBe("write a date as yyyy-MM-dd, for example 2026-01-31");
    expect(day?.localized).toBe("日期应为yyyy-MM-dd，例如2026-01-31");
  });
});
