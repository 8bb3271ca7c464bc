import { clone, create, type DescField, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import type { FieldMask } from "@bufbuild/protobuf/wkt";
import { checkFieldRules } from "../call/request/field-rules.ts";
import { Refusal, refuseField } from "../domain/refusal.ts";
import { changedByOthers } from "./keep-record.ts";
import type { RecordDocument, RecordRoom } from "./record.ts";
import { storedValue } from "./stored-value.ts";

/** A record as a request wants it. */
export interface WantedRecord<R extends DescMessage> {
  record: MessageShape<R>;
  /** As it is stored. Absent: it is not there yet. */
  old: MessageShape<R> | undefined;
  /** `changes` of what a partial record was put together with, or of what the caller has seen, which must still be so when it is stored. */
  basis?: number;
  /** `changes` of what is stored; 0: nothing. */
  changes: number;
}

/**
 * The whole record that a request comes to: what it gives, or, where a mask names members, these with what is stored for the rest. Refused (`INVALID_FIELD`):
 * names that the record does not have, and what the whole breaks of the rules of its contract; `REVISION_CONFLICT` where it is no longer at the change that was
 * `seen`.
 */
export async function wantedRecord<R extends DescMessage, D extends RecordDocument>(
  { registry, runtime, terms }: Pick<RecordRoom<D>, "registry" | "runtime" | "terms">,
  {
    kind,
    key,
    schema,
    given,
    mask,
    seen,
  }: {
    kind: D["kind"];
    key: string;
    schema: R;
    given: MessageShape<R>;
    mask: FieldMask | undefined;
    seen?: bigint | undefined;
  },
): Promise<WantedRecord<R>> {
  const document = await registry.of(kind).get(terms.idOf(kind, runtime.config.node.code, key));
  const old = document && storedValue(schema, document.value);
  const changes = document?.changes ?? 0;
  if (seen !== undefined && seen !== BigInt(changes)) throw changedByOthers(kind, key);
  if (!mask || mask.paths.length === 0) {
    return { record: given, old, changes, ...(seen !== undefined && { basis: changes }) };
  }
  const record = old ? clone(schema, old) : create(schema);
  const [from, to] = [reflect(schema, given), reflect(schema, record)];
  for (const member of membersOf(schema, [...terms.keys[kind], ...mask.paths], terms.keys[kind].length)) {
    if (from.isSet(member)) to.set(member, from.get(member));
    else to.clear(member);
  }
  requireRules(kind, schema, record);
  return { record, old, changes, basis: changes };
}

/** Whether a request replaces a member of a record. */
export function replaces(mask: FieldMask | undefined, member: string): boolean {
  return !mask || mask.paths.length === 0 || mask.paths.includes(member);
}

/** The members of these names. `first` is where those of the mask begin. */
function membersOf(schema: DescMessage, names: readonly string[], first: number): DescField[] {
  return names.map((name, index) => {
    const member = schema.fields.find((field) => field.name === name);
    if (member) return member;
    const remedy = `name members of ${schema.name}: ${schema.fields.map((field) => field.name).join(", ")}`;
    const field = `update_mask.paths[${index - first}]`;
    const localized = `没有${name}这一项，请填写：${schema.fields.map((known) => known.name).join("、")}`;
    throw refuseField("INVALID_FIELD", field, `${schema.name} has no member ${name}`, remedy, localized);
  });
}

function requireRules<R extends DescMessage>(kind: string, schema: R, record: MessageShape<R>): void {
  try {
    checkFieldRules(schema, record);
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    const fields = cause.fields.map((one) => ({ ...one, field: `${kind}.${one.field}` }));
    throw new Refusal(cause.reason, `${kind}.${cause.message}`, { fields, cause });
  }
}
