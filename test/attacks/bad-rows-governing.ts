import {
  checkList,
  checkListChange,
  LIST_CHANGES,
  LISTS,
  type ListChangeDocument,
  type ListDocument,
} from "../../services/catalog/lists/stored.ts";
import {
  checkDirectoryDocument,
  DIRECTORY,
  type DirectoryDocument,
} from "../../services/catalog/matters/directory-record.ts";
import {
  checkImportDocument,
  checkPieceDocument,
  IMPORTS,
  type ImportDocument,
  PIECES,
  type PieceDocument,
} from "../../services/catalog/matters/import-record.ts";
import { guardedCollection } from "../../services/event/guarded-collection.ts";
import { openPlans, PLANS } from "../../services/governance/plans/plan-record.ts";
import { openUploads, UPLOAD_PARTS, UPLOADS, type UploadStore } from "../../services/issue/uploads/upload-record.ts";
import type { Runtime } from "../../services/node/runtime.ts";
import type { CollectionSpec, Query, Stored } from "../../services/store/port.ts";
import type { ListCase, Row } from "./bad-rows-lists.ts";

/* Lists, imports of matters, plans, and uploads. */

const AT = "2026-11-20T02:00:00.000Z";
const BUREAU = "114401000000990003";

/** Two documents as they are stored, `a` and `b` in the place of `$`. */
const two = (row: object) => async () => {
  const named = (id: string) => JSON.parse(JSON.stringify({ revision: 1, ...row }).replaceAll("$", id)) as Row;
  return { good: named("a"), bad: named("b") };
};

async function open<T extends Stored>({ store, setAside }: Runtime, spec: CollectionSpec, check: (row: T) => void) {
  const collection = await store.collection<T>(spec);
  return guardedCollection({ collection, setAside, place: "registry", source: spec.name, check });
}

/** A case of the catalog whose collection is guarded as the service guards it. */
function guarded<T extends Stored>(
  spec: CollectionSpec,
  check: (row: T) => void,
  row: object,
  damages: ListCase["damages"],
  query: Omit<Query, "limit">,
): ListCase {
  return {
    ...{ service: "catalog", spec, place: "registry", damages },
    documents: two(row),
    lists: async (runtime) => ({
      all: (await (await open(runtime, spec, check)).query({ ...query, limit: 10 })).items.map(({ _id }) => _id),
    }),
    one: async (runtime, _started, { _id }) => (await open(runtime, spec, check)).get(_id),
  };
}

/** A case of uploads, as the service keeps them. */
function uploaded(kind: keyof UploadStore, row: object, damages: ListCase["damages"], index: string): ListCase {
  const spec = kind === "uploads" ? UPLOADS : UPLOAD_PARTS;
  return {
    ...{ service: "issue", spec, place: "store", damages },
    documents: two(row),
    lists: async (runtime) => ({
      all: (await (await openUploads(runtime))[kind].query({ index, limit: 10 })).items.map(({ _id }) => _id),
    }),
    one: async (runtime, _started, { _id }) => (await openUploads(runtime))[kind].get(_id),
  };
}

const step = {
  action: "prepare",
  account: "440100-a",
  name: "甲",
  department: BUREAU,
  division: "440100",
  at: AT,
  remark: "",
};

/** By the name of the collection. */
export const GOVERNING_CASES: Record<string, ListCase> = {
  catalog_lists: guarded<ListDocument>(
    LISTS,
    checkList,
    { _id: "44030$0/44030$0", node: "44030$0", division: "44030$0", changes: 1, changedAt: AT, entries: [] },
    { "no entries": { entries: 5 }, "a count that is none": { changes: "often" } },
    { index: "versions" },
  ),
  catalog_list_changes: guarded<ListChangeDocument>(
    LIST_CHANGES,
    checkListChange,
    { _id: "$", division: "440300", lines: [], state: "prepared", steps: [step], preparedAt: AT },
    { "lines that are no list": { lines: 5 }, "a step that is none": { steps: [{}] } },
    { index: "divisions", equals: ["440300"] },
  ),
  catalog_matter_directory: guarded<DirectoryDocument>(
    DIRECTORY,
    checkDirectoryDocument,
    { _id: "$", code: "$", name: "事项", typeCode: "01", changedAt: AT },
    { "a name that is none": { name: 5 } },
    { index: "codes" },
  ),
  catalog_matter_imports: guarded<ImportDocument>(
    IMPORTS,
    checkImportDocument,
    {
      ...{ _id: "$", target: "list", format: "csv", bytes: 3, sha256: "", rowsOnly: false, by: "operator/440100/a" },
      ...{ reach: { kind: "all" }, state: "received", parts: [], startedAt: AT, expires: "2099-01-01T00:00:00.000Z" },
      ...{ doneRows: 0, totalRows: 0 },
    },
    { "a state that is none": { state: "lost" }, "parts that are no list": { parts: 5 } },
    { index: "callers" },
  ),
  catalog_matter_import_pieces: guarded<PieceDocument>(
    PIECES,
    checkPieceDocument,
    { _id: "$/part/1", importId: "$", bytes: "AA==" },
    { "neither bytes nor rows": { bytes: 5 } },
    { index: "imports" },
  ),
  issue_uploads: uploaded(
    "uploads",
    { _id: "$", by: "app/a", bytes: 3, sha256: "", parts: [], finished: false, expires: "2099-01-01T00:00:00.000Z" },
    { "parts that are no list": { parts: 5 }, "a part that is none": { parts: [{}] } },
    "expires",
  ),
  issue_upload_parts: uploaded(
    "parts",
    { _id: "$/0", upload: "$", content: "AA==" },
    { "content that is none": { content: 5 } },
    "uploads",
  ),
  governance_plans: {
    ...{ service: "governance", spec: PLANS, place: "registry" },
    documents: two({
      ...{ _id: "$", case: "$", department: BUREAU, division: "440100", state: "draft", steps: [] },
      ...{ name: "计划", batches: [] },
    }),
    damages: { "batches that are no list": { batches: 5 }, "a state that is none": { state: "lost" } },
    lists: async (runtime) => ({
      all: (await (await openPlans(runtime)).query({ index: "all", limit: 10 })).items.map(({ _id }) => _id),
    }),
    one: async (runtime, _started, { _id }) => (await openPlans(runtime)).get(_id),
  },
};
