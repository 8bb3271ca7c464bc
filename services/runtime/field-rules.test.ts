import { create } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { AttachmentSchema } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { Refusal } from "../domain/refusal.ts";
import { checkFieldRules } from "./field-rules.ts";

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
      ["sha256", "follow the pattern that the contract gives for this field"],
    ]);
    for (const { description } of refusal?.fields ?? []) expect(description).not.toBe("");
  });
});
