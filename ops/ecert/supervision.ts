import { type DescMessage, fromJson, type MessageShape, toJson } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import {
  CalendarService,
  type Holidays,
  HolidaysSchema,
} from "../../proto/gen/ecert/supervision/v1/calendar_service_pb.ts";
import { RateMemberSchema, RateRowSchema, VolumeRowSchema } from "../../proto/gen/ecert/supervision/v1/figures_pb.ts";
import {
  GetCoverageResponseSchema,
  IndicatorSchema,
  InspectionRowSchema,
  InspectionSchema,
  SupervisionService,
} from "../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { refuseArgument } from "../../services/domain/refusal.ts";
import { readInput } from "./arguments.ts";
import { EXIT } from "./exit-code.ts";
import { operatorOf } from "./operator-call.ts";
import { parseSupervision, type SupervisionQuestion } from "./supervision-arguments.ts";
import {
  coverageText,
  holidaysText,
  indicatorsText,
  inspectionsText,
  inspectionText,
  membersText,
  ratesText,
  volumesText,
} from "./supervision-text.ts";

const PAGE = 1_000;
type Caller = Client<typeof SupervisionService>;

/** What is printed: as a table, or as JSON. */
interface Told {
  text: string;
  json: unknown;
}

/** Shows what was counted, defines an indicator, or freezes a quarter (4.7, 6.2.6); resolves to the exit code. */
export async function supervision(args: readonly string[]): Promise<number> {
  const { question, json, ...command } = parseSupervision(args, process.env);
  const operator = operatorOf(command);
  try {
    const told =
      question.kind === "holidays"
        ? await holidays(operator.client(CalendarService, command.server), question.put)
        : await ask(operator.client(SupervisionService, command.server), question);
    process.stdout.write(`${json ? JSON.stringify(told.json, null, 2) : told.text}\n`);
    return EXIT.valid;
  } finally {
    await operator.close();
  }
}

async function ask(caller: Caller, question: Exclude<SupervisionQuestion, { kind: "holidays" }>): Promise<Told> {
  switch (question.kind) {
    case "rates": {
      const { filling, yearsWithoutHolidays } = await caller.getRates({ ...question, pageSize: 1 });
      const rows = await paged(
        (page) => caller.getRates({ ...question, ...page }),
        ({ rows }) => rows,
      );
      return { text: ratesText(rows, { filling, yearsWithoutHolidays }), json: rows.map(as(RateRowSchema)) };
    }
    case "members": {
      const members = await paged(
        (page) => caller.listRateMembers({ ...question, ...page }),
        (answer) => answer.members,
      );
      return { text: membersText(members), json: members.map(as(RateMemberSchema)) };
    }
    case "volumes": {
      const lacking = await caller.getVolumes({ ...question, pageSize: 1 });
      const rows = await paged(
        (page) => caller.getVolumes({ ...question, ...page }),
        ({ rows }) => rows,
      );
      return { text: volumesText(rows, lacking), json: rows.map(as(VolumeRowSchema)) };
    }
    case "indicators": {
      const { put } = question;
      if (put !== "") await caller.putIndicator({ indicator: indicatorIn(put) });
      const list = (page: { pageToken: string }) => caller.listIndicators({ pageToken: page.pageToken });
      const indicators = await paged(list, (answer) => answer.indicators);
      return { text: indicatorsText(indicators), json: indicators.map(as(IndicatorSchema)) };
    }
    case "coverage": {
      const coverage = await caller.getCoverage({});
      return { text: coverageText(coverage), json: as(GetCoverageResponseSchema)(coverage) };
    }
    case "inspections": {
      const list = (page: { pageToken: string }) => caller.listInspections({ pageToken: page.pageToken });
      const inspections = await paged(list, (answer) => answer.inspections);
      return { text: inspectionsText(inspections), json: inspections.map(as(InspectionSchema)) };
    }
    case "freeze": {
      const { inspection } = await caller.freezeInspection(question);
      const frozen = inspection ? [inspection] : [];
      return { text: inspectionsText(frozen), json: frozen.map(as(InspectionSchema))[0] };
    }
    case "show": {
      const { inspection } = await caller.getInspection({ ...question, pageSize: 1 });
      const rows = await paged(
        (page) => caller.getInspection({ ...question, ...page }),
        (answer) => answer.rows,
      );
      const json = {
        ...(inspection && (as(InspectionSchema)(inspection) as object)),
        rows: rows.map(as(InspectionRowSchema)),
      };
      return { text: inspection ? inspectionText(inspection, rows) : "", json };
    }
  }
}

/** Loads the years of a file, and lists all that are known. */
async function holidays(caller: Client<typeof CalendarService>, put: string): Promise<Told> {
  if (put !== "") for (const year of yearsIn(put)) await caller.putHolidays({ holidays: year });
  const list = (page: { pageToken: string }) => caller.listHolidays({ pageToken: page.pageToken });
  const years = await paged(list, (answer) => answer.years);
  return { text: holidaysText(years), json: years.map(as(HolidaysSchema)) };
}

/** All pages of a list. */
async function paged<A extends { nextPageToken: string }, R>(
  read: (page: { pageSize: number; pageToken: string }) => Promise<A>,
  rowsOf: (answer: A) => readonly R[],
): Promise<R[]> {
  const rows: R[] = [];
  let pageToken = "";
  do {
    const answer = await read({ pageSize: PAGE, pageToken });
    rows.push(...rowsOf(answer));
    pageToken = answer.nextPageToken;
  } while (pageToken !== "");
  return rows;
}

function as<S extends DescMessage>(schema: S): (message: MessageShape<S>) => unknown {
  return (message) => toJson(schema, message, { alwaysEmitImplicit: true });
}

/** An indicator in a file: `id`, `name`, and `definitionJson` as a text or the JSON itself. */
function indicatorIn(path: string): { id: string; name: string; definitionJson: string } {
  const { id, name, definitionJson } = jsonIn(path) as Record<string, unknown>;
  const text = typeof definitionJson === "string" ? definitionJson : JSON.stringify(definitionJson ?? {});
  return { id: String(id ?? ""), name: String(name ?? ""), definitionJson: text };
}

/** Years in a file: `{"schema": "ecert.holidays.v1", "years": [{year, source, publishedOn, holidays, workingDays}, …]}`. */
function yearsIn(path: string): Holidays[] {
  const { schema, years } = jsonIn(path) as { schema?: unknown; years?: unknown };
  const wrong = `${path} 不是节假日文件 · ${path} is no file of holidays`;
  if (schema !== "ecert.holidays.v1" || !Array.isArray(years)) throw refuseArgument("INVALID_FIELD", "--put", wrong);
  try {
    return years.map((year) => fromJson(HolidaysSchema, year));
  } catch (error) {
    throw refuseArgument("INVALID_FIELD", "--put", `${wrong}: ${error instanceof Error ? error.message : error}`);
  }
}

function jsonIn(path: string): unknown {
  try {
    return JSON.parse(Buffer.from(readInput(path)).toString("utf8"));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw refuseArgument("INVALID_FIELD", "--put", `${path} 不是 JSON 文件 · ${path} is no JSON`);
  }
}
