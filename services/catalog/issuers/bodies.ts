import type { MessageInitShape } from "@bufbuild/protobuf";
import type { BodySchema } from "../../../proto/gen/ecert/catalog/v1/issuer_service_pb.ts";
import type { CatalogContext } from "../context.ts";
import type { OwnerDocument, Timed } from "../stored/province-records.ts";
import { type RegistryDocument, recordId } from "../stored/records.ts";
import { type CountingSuperior, superiorsOf } from "./body-history.ts";

/** A confirmed body with what stands and stood above it. */
export interface CountedBody {
  document: OwnerDocument & { body: NonNullable<OwnerDocument["body"]> };
  /** The present one last. */
  superiors: readonly CountingSuperior[];
}

/** Reads the superiors of confirmed bodies, of all in few reads. Documents without a confirmation are left out. */
export async function countedBodies(
  context: CatalogContext,
  documents: readonly OwnerDocument[],
): Promise<CountedBody[]> {
  const bodies = documents.filter((document): document is CountedBody["document"] => document.body !== undefined);
  const ids = bodies.flatMap(({ key, body }) => body.owners.map(({ node }) => recordId("department", node, key)));
  const records = await readAll(context.registry.of("department"), ids);
  const named = (node: string, key: string) => namedIn(records.get(recordId("department", node, key)));
  const above = bodies.flatMap(({ key, body }) =>
    body.owners.flatMap(({ node }) => named(node, key).flatMap(({ superior }) => superior ?? [])),
  );
  const superiors = await readAll(
    context.owners,
    above.map((code) => `department/${code}`),
  );
  const ownersOf = (code: string) => superiors.get(`department/${code}`)?.body?.owners ?? [];
  return bodies.map((document) => ({
    document,
    superiors: superiorsOf(document.body, { named: (node) => named(node, document.key), ownersOf }),
  }));
}

/** The contract's view of a body. */
export function bodyView({ document, superiors }: CountedBody): MessageInitShape<typeof BodySchema> {
  const { key: code, node, body } = document;
  return {
    code,
    node,
    superiorCode: superiors.at(-1)?.superior ?? "",
    superiorSet: body.set.at(-1)?.superior !== undefined,
    formerSuperiors: superiors.slice(0, -1).map(({ superior = "", until = "" }) => {
      const owner = body.owners.find((one) => one.until === undefined || until <= one.until);
      return { node: owner?.node ?? node, departmentCode: code, superiorCode: superior, until };
    }),
    confirmedAt: body.confirmedAt,
  };
}

/** What a department's record names above it, the present one last; none where there is no record. */
function namedIn(record: RegistryDocument | undefined): readonly CountingSuperior[] {
  if (!record) return [];
  const former = (record.past?.superiors ?? []).map(({ code, until }) => entry(code, until));
  const { superiorCode } = record.value;
  return [...former, entry(typeof superiorCode === "string" ? superiorCode : "")];
}

function entry(code: string, until?: string): Timed<{ superior?: string }> {
  return { ...(code !== "" && { superior: code }), ...(until !== undefined && { until }) };
}

/** Documents by key that may be more than are read at once. */
const AT_ONCE = 500;

async function readAll<T extends { _id: string }>(
  collection: { getMany(ids: readonly string[]): Promise<(T | undefined)[]> },
  ids: readonly string[],
): Promise<Map<string, T>> {
  const wanted = [...new Set(ids)];
  const found = new Map<string, T>();
  for (let from = 0; from < wanted.length; from += AT_ONCE) {
    for (const document of await collection.getMany(wanted.slice(from, from + AT_ONCE))) {
      if (document) found.set(document._id, document);
    }
  }
  return found;
}
