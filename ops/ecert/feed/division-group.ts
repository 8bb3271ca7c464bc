import { create, type JsonObject, toJson } from "@bufbuild/protobuf";
import { DivisionOutcome } from "../../../proto/gen/ecert/governance/v1/division_pb.ts";
import {
  DivisionService,
  PutDivisionsRequestSchema,
  type PutDivisionsResponse,
  PutDivisionsResponseSchema,
} from "../../../proto/gen/ecert/governance/v1/division_service_pb.ts";
import { Refusal } from "../../../services/domain/refusal.ts";
import { readDivisionList } from "../../../services/governance/divisions/division-list.ts";
import type { Asked, Group } from "./action.ts";
import { getAction, listAction } from "./actions.ts";
import { called } from "./caller.ts";

const divisions = DivisionService.method;

const OUTCOMES: Readonly<Record<number, string>> = {
  [DivisionOutcome.ADDED]: "新增 added",
  [DivisionOutcome.RENAMED]: "更名 renamed",
  [DivisionOutcome.ENDED]: "撤销 ended",
  [DivisionOutcome.MENDED]: "更正 mended",
};

/** 4.1.2: divisions, from lists. */
export const DIVISION: Group = {
  word: "division",
  chinese: "行政区划",
  english: "divisions: province, cities, counties, towns",
  actions: {
    load: {
      ...{ kind: "run", keys: [], takes: ["FILE"], run: load },
      chinese:
        "导入区划清单（CSV：# source: 来源，# date: 日期，列 code,name,from,until,successor,body）；不加 --yes 只显示差异",
      english:
        "takes a list (CSV with the lines `# source:` and `# date:` and these columns); without --yes it only shows the difference",
      options: {
        yes: { value: "", chinese: "存入；有误则一概不存", english: "stores it; with a fault nothing is stored" },
        "whole-of": {
          value: "CODE",
          chinese: "清单为该区划的全部：清单所无的自清单日期起撤销",
          english: "the list is whole for this division: what it does not name has ended",
        },
      },
    },
    list: listAction(divisions.listDivisions, "divisions", ["code", "name", "from", "until", "bodyCode"]),
    get: getAction(divisions.getDivision, ["code"], ["CODE"]),
  },
};

async function load(asked: Asked): Promise<{ json: JsonObject; text: string }> {
  const { source, sourceDate, rows } = readDivisionList(asked.arguments[0] as string);
  const request = create(PutDivisionsRequestSchema, {
    ...{ source, sourceDate, dryRun: asked.options.yes !== true, wholeOf: String(asked.options["whole-of"] ?? "") },
    rows: rows.map(({ successor: successorCode, body: bodyCode, ...row }) => ({ ...row, successorCode, bodyCode })),
  });
  const answer = (await called(asked, divisions.putDivisions, request)) as PutDivisionsResponse;
  if (answer.faults.length > 0) throw faulty(answer);
  const lines = answer.changes.map(({ code, outcome, nameBefore, nameAfter }) => {
    const names = nameBefore === "" || nameBefore === nameAfter ? nameAfter : `${nameBefore} → ${nameAfter}`;
    return `${OUTCOMES[outcome]} ${code} ${names}`;
  });
  const end = answer.stored ? "已存 · stored" : "仅比较，未存 · compared, nothing stored";
  const json = toJson(PutDivisionsResponseSchema, answer, { alwaysEmitImplicit: true }) as JsonObject;
  return { json, text: `${[...lines, `${end}: ${lines.length}`].join("\n")}\n` };
}

function faulty({ faults, faultCount }: PutDivisionsResponse): Refusal {
  const lines = faults.map(({ field, localized, description }) => `${field}: ${localized} · ${description}`);
  return new Refusal(
    "INVALID_FIELD",
    `${faultCount} 处有误，一概未存 · faults, nothing is stored:\n  ${lines.join("\n  ")}`,
  );
}
