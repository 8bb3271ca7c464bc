import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { afterAll, expect, test } from "vitest";
import { ImportOutcome } from "../../../proto/gen/ecert/identity/v1/account_import_pb.ts";
import {
  type ImportAccountsRequest,
  ImportAccountsResponseSchema,
} from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { ACCOUNT } from "./account-group.ts";
import type { Asked, RunAction } from "./action.ts";

const directory = mkdtempSync(join(tmpdir(), "ecert-group-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A list of so many accounts. */
function list(rows: number): string {
  const path = join(directory, `${rows}.csv`);
  const lines = Array.from({ length: rows }, (_, at) => `440100-u${at},张三,11440106MB9DEM11X6,maker`);
  writeFileSync(path, ["id,name,departmentCode,roles", ...lines].join("\n"));
  return path;
}

/** Runs the import against a node that has a fault in the rows of one id; gives what it was asked. */
async function imported(path: string, wrong?: string, options: Asked["options"] = {}) {
  const asked: { rows: number; dryRun: boolean }[] = [];
  async function importAccounts({ rows, dryRun }: ImportAccountsRequest) {
    asked.push({ rows: rows.length, dryRun });
    const at = rows.findIndex(({ account }) => account?.id === wrong);
    const fault = { field: `rows[${at}].account.id`, description: "is wrong", remedy: "mend it", localized: "有误" };
    const answer: MessageInitShape<typeof ImportAccountsResponseSchema> =
      at >= 0
        ? { faults: [fault] }
        : {
            stored: !dryRun,
            accounts: rows.map(({ account }) => ({ id: account?.id ?? "", outcome: ImportOutcome.OPENED })),
          };
    return create(ImportAccountsResponseSchema, answer);
  }
  const operator = { client: () => ({ importAccounts }), close: () => {} } as unknown as Asked["operator"];
  const { run } = ACCOUNT.actions.import as RunAction;
  const ended = await run({ arguments: [path], options, operator, server: "core:7443" }).then(
    ({ text }) => text,
    (error: Error) => error.message,
  );
  return { asked, ended };
}

test("a list of more rows than a call takes is looked at as a whole before the first of it is stored (6.2.4.1)", async () => {
  const { asked, ended } = await imported(list(501));
  expect(asked).toEqual([
    { rows: 500, dryRun: true },
    { rows: 1, dryRun: true },
    { rows: 500, dryRun: false },
    { rows: 1, dryRun: false },
  ]);
  expect(ended).toContain("已存 · stored: 新开 opened 501");
  expect((await imported(list(2))).asked).toEqual([{ rows: 2, dryRun: false }]);
});

test("with a fault anywhere nothing is stored, and the fault is told with its line in both languages", async () => {
  const path = list(501);
  const { asked, ended } = await imported(path, "440100-u500");
  expect(asked.every(({ dryRun }) => dryRun)).toBe(true);
  expect(ended).toBe(
    `1 处有误 · faults:\n  ${path}:502 account.id: 有误 · is wrong; mend it\n一概未存 · nothing is stored`,
  );
});

test("is only checked where that is asked", async () => {
  const { asked, ended } = await imported(list(2), undefined, { "dry-run": true });
  expect([asked, ended]).toEqual([[{ rows: 2, dryRun: true }], expect.stringContaining("仅检查，未存")]);
});
