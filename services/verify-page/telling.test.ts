import { create } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { StatementReportSchema, StatementVerdict } from "../../proto/gen/ecert/usage/v1/statement_report_pb.ts";
import {
  DocumentVerdict,
  FindingWeight,
  VerificationReportSchema,
  VerifiedStateSchema,
} from "../../proto/gen/ecert/usage/v1/verification_report_pb.ts";
import { stateSourced } from "./state-words.ts";
import { tellDocument } from "./tell-document.ts";
import { tellIdentifier } from "./tell-identifier.ts";
import { notCovered, reportedStatement, tellStatement } from "./tell-statement.ts";

const finding = (code: string, text: string, weight: FindingWeight = FindingWeight.INVALID) => ({
  code,
  text,
  weight,
  detail: "",
});

describe("a document is told by one sentence", () => {
  test.each([
    [{ verdict: DocumentVerdict.VALID }, "真实有效", "good"],
    [
      { verdict: DocumentVerdict.NOT_IN_FORCE, state: { state: "revoked", since: "2026-11-20T02:30:00Z" } },
      "真实，但已注销（2026-11-20 10:30 起）",
      "ended",
    ],
    [{ verdict: DocumentVerdict.UNDETERMINED }, "签名完好，暂不能确定现在是否有效", "open"],
    [
      { verdict: DocumentVerdict.FOREIGN, signature: { signer: { organization: "某公司" } } },
      "签名完好，但不是本平台签发，签章单位：某公司",
      "foreign",
    ],
    [{ verdict: DocumentVerdict.UNSUPPORTED }, "这种格式本平台不能判断", "foreign"],
    [
      { verdict: DocumentVerdict.INVALID, findings: [finding("SIGNATURE_MISSING", "文件没有电子签名")] },
      "不可采信：文件没有电子签名",
      "bad",
    ],
    [
      {
        verdict: DocumentVerdict.INVALID,
        findings: [finding("CONTENT_ALTERED", "签名后内容被改动")],
        altered: [
          { kind: "object", name: "7 0 obj", change: "altered" },
          { kind: "page", name: "1", change: "altered" },
        ],
      },
      "不可采信：第 1 页在签名后被改动",
      "bad",
    ],
  ] as const)("%j", (report, sentence, tone) => {
    const told = tellDocument(create(VerificationReportSchema, report as never));
    expect([told.sentence[0], told.tone]).toEqual([sentence, tone]);
    expect(told.next.every((text) => text !== "")).toBe(true);
  });

  test("a verdict that is newer than the page is told as open, never as good", () => {
    expect(tellDocument(create(VerificationReportSchema, { verdict: 99 as never })).tone).toBe("open");
  });
});

test("what only experts find in an altered file stands among the details, beside a page that everybody finds", () => {
  const altered = [
    { kind: "object", name: "7 0 obj", change: "altered" },
    { kind: "page", name: "1", change: "altered" },
  ];
  const told = tellDocument(create(VerificationReportSchema, { verdict: DocumentVerdict.INVALID, altered }));
  expect(told.restsOn.map(([chinese]) => chinese)).toEqual(["第 1 页在签名后被改动"]);
  const both = "对象 7 0 obj 在签名后被改动；第 1 页在签名后被改动";
  expect(told.details).toContainEqual([
    ["签名后的改动", "Changed since it was signed"],
    [both, expect.stringContaining("object 7 0 obj")],
  ]);
});

test("a state is told with since when it is so, and who says it when, each once", () => {
  const state = { state: "valid", since: "2026-11-19T02:30:00Z", source: "issuer", asOf: "2026-11-20T02:30:00Z" };
  expect(stateSourced(state)[0]).toBe("现在的状态：有效，自 2026-11-19 10:30 起（颁发系统，2026-11-20 10:30）");
  expect(stateSourced({ state: "valid" })[1]).toBe("State now: in force");
});

describe("the text of a QR code", () => {
  test("that is genuine is told as what a node says, to be compared with the face", () => {
    const told = tellStatement(
      reportedStatement(
        create(StatementReportSchema, {
          verdict: StatementVerdict.STATED,
          state: { state: "notListed", source: "archive", asOf: "2026-11-20T02:30:00Z" },
          key: { node: "440100" },
        }),
      ),
    );
    expect(told.sentence[0]).not.toContain("有效");
    expect(told.next[0]).toContain("与证面逐项核对");
    expect(told.restsOn.map(([chinese]) => chinese)).toEqual([
      "由 440100 电子证照系统签名，签名完好",
      "现在的状态：未列为失效（证照库，2026-11-20 10:30）",
    ]);
  });

  test("that nobody known signed is told with its cause", () => {
    const told = tellStatement(
      reportedStatement(
        create(StatementReportSchema, {
          verdict: StatementVerdict.INVALID,
          findings: [finding("SIGNATURE_INVALID", "电子签名无效")],
        }),
      ),
    );
    expect([told.sentence[0], told.tone]).toEqual(["二维码不可采信：电子签名无效", "bad"]);
  });
});

test("an identifier alone is never told to be good, nor to be of a certificate that there is", () => {
  const ended = tellIdentifier("1.2", create(VerifiedStateSchema, { state: "suspended" }));
  expect([ended.sentence[0], ended.tone]).toEqual(["该标识的证照已暂扣", "ended"]);
  const open = tellIdentifier("1.2", create(VerifiedStateSchema, { state: "notListed", source: "none" }));
  expect(open.tone).toBe("open");
  expect(open.sentence[0]).toContain("不能确定有没有这份证照");
});

test("a code of the bundle's day or later is told why it cannot be judged without a network, and what to do", () => {
  const found = (issueDate: string, verdict: "undetermined" | "stated" = "undetermined") => ({
    ...{ verdict, verifiedAt: "2026-11-24T03:00:00Z", findings: [], statement: { issueDate } },
  });
  const builtAt = "2026-11-24T01:00:00Z";
  const [chinese] = notCovered(found("2026-11-24"), builtAt) ?? [""];
  expect(chinese).toContain("证照是 2026-11-24 颁发的，本机的离线资料只到 2026-11-24 09:00");
  expect(chinese).toContain("二维码只写颁发日期、不写时刻");
  expect(notCovered(found("2026-11-25"), builtAt)?.[0]).toContain("之后颁发的还不在其中");
  expect(chinese).toContain("请联网后再验一次");
  expect(notCovered(found("2026-11-23"), builtAt)).toBeUndefined();
  expect(notCovered(found("2026-11-24", "stated"), builtAt)).toBeUndefined();
  expect(notCovered(found("2026-11-24"), undefined)).toBeUndefined();
});
