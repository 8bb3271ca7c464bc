import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import {
  type GetInspectionRequest,
  GetInspectionResponseSchema,
} from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { inspectionCsv, type ReadRows } from "./inspection-csv.ts";

/** Two pages of one row each. */
const client = {
  getInspection: async (request: Partial<GetInspectionRequest>) =>
    create(GetInspectionResponseSchema, {
      rows: [
        {
          rates: {
            division: "440100",
            departmentCode: request.pageToken ? "" : "11440100MB9DEM1520",
            name: request.pageToken ? "" : '=局"一", 二',
            figures: { listed: 2, synchronous: 1 },
            electronicRate: 0.5,
          },
          volumes: { issued: 7n },
        },
      ],
      nextPageToken: request.pageToken ? "" : "more",
    }),
} as unknown as Parameters<typeof inspectionCsv>[0];

test("6.2.6.1: what was frozen is taken along whole, page by page, as a table in which no text becomes a formula", async () => {
  const { content, fileName } = await inspectionCsv(client, { division: "440100", quarter: "2026Q3" });
  const lines = new TextDecoder().decode(content).split("\r\n");
  expect(fileName).toBe("440100-2026Q3.csv");
  expect([...content.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  expect(lines[1]).toBe(`440100,11440100MB9DEM1520,"'=局""一"", 二",2,0,1,0.5,0,0,,7,0,0,0`);
  expect(lines[2]).toBe("440100,,,2,0,1,0.5,0,0,,7,0,0,0");
  expect(lines).toHaveLength(4);
});

test("a download of a quarter that broke off goes on where it stood: no row is read twice, and none is left out", async () => {
  const of = { division: "440100", quarter: "2026Q3" };
  const asked: (string | undefined)[] = [];
  let read: ReadRows | undefined;
  const breaking: typeof client = {
    getInspection(request, options) {
      asked.push(request.pageToken);
      return asked.length === 2 ? Promise.reject(new Error("cut")) : client.getInspection(request, options);
    },
  };
  const told = (rows: ReadRows) => {
    read = rows;
  };
  await expect(inspectionCsv(breaking, of, { told })).rejects.toThrow("cut");
  expect([read?.lines.length, read?.pageToken]).toEqual([1, "more"]);
  const resumed = await inspectionCsv(breaking, of, { told, ...(read && { before: read }) });
  expect(asked).toEqual(["", "more", "more"]);
  expect(resumed.content).toEqual((await inspectionCsv(client, of)).content);
});
