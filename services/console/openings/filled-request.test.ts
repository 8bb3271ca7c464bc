import { create } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { OpeningHaltKind } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { OpeningRequestSchema } from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import { PaperKind } from "../../../proto/gen/ecert/governance/v1/paper_pb.ts";
import { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { filledFrom, requestOf, requestPlace } from "./filled-request.ts";

const CODE = "11440106MB9DEM11X6";
const HEAD = { id: "ask-1", departmentCode: CODE, revision: 2 };
const papers = [{ kind: PaperKind.SANDBOX_REPORT, sha256: "ab" }];
const halt = { kind: OpeningHaltKind.SUSPENDED, cause: "系统升级" };

describe("a request that is opened in the form and saved as it is says the same", () => {
  test.each([
    {
      case: "issuing" as const,
      value: {
        ...{ itemCode: "YYZZ", departmentCode: CODE, appKey: "440100-a", sealCode: "SEAL-1", opensOn: "2026-12-01" },
        ...{ closesOn: "", forUnits: true, samePersonMayIssue: false, halt },
        controls: { issuesPerDay: 7, signerAccounts: ["440100-li", "440100-wu"] },
      },
    },
    {
      case: "usage" as const,
      value: {
        ...{ matterCode: "M-1", appKeys: ["440100-a", "440100-b"], enabledOn: "2026-12-01", closesOn: "" },
        items: [{ itemCode: "YYZZ", fields: ["name", "code"], files: [FileFormat.PDF] }],
      },
    },
    {
      case: "delegation" as const,
      value: {
        ...{ appKey: "440100-b", departmentCode: CODE, itemCodes: ["YYZZ"], matterCodes: ["M-1", "M-2"] },
        ...{ since: "2026-12-01", until: "2027-12-01" },
      },
    },
  ])("6.2.4.2, 6.4.6.1, 6.4.4.2: of $case", (subject) => {
    const unitCodes = subject.case === "issuing" ? ["114401000000990016"] : [];
    const request = create(OpeningRequestSchema, { ...HEAD, unitCodes, papers, subject });
    expect(create(OpeningRequestSchema, requestOf(filledFrom(request), HEAD))).toEqual(request);
  });
});

test("of a kind that is chosen anew nothing of the other kinds is sent", () => {
  const filled = {
    kind: "usage" as const,
    unitCodes: "A B",
    issuing: { itemCode: "YYZZ" },
    usage: { matterCode: "M" },
  };
  expect(requestOf(filled, HEAD)).toMatchObject({
    unitCodes: [],
    subject: { case: "usage", value: { matterCode: "M", items: [] } },
  });
});

test("what the catalog says of its own records is told at the fields of the request", () => {
  expect(["opening.seal_code", "matter.code", "matter.app_keys[0]", "delegation.app_key"].map(requestPlace)).toEqual([
    ...["issuing.seal_code", "usage.matter_code", "usage.app_keys[0]", "delegation.app_key"],
  ]);
});
