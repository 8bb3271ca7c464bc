import { type DescMessage, fromJson } from "@bufbuild/protobuf";
import { instantOf } from "../domain/instant.ts";
import { Refusal } from "../domain/refusal.ts";
import type { RecordDocument } from "./record.ts";

/*
 * What readers of stored documents rely on. One that does not hold it is set aside and stops nobody else: these checks never quote what they
 * found.
 */

/** A record of one of the kinds, whose contracts are given. */
export function checkRecord<D extends RecordDocument>(
  { _id, kind, node, key, changes, value, changedAt }: D,
  {
    schemas,
    idOf,
  }: {
    schemas: Readonly<Record<D["kind"], DescMessage>>;
    idOf(kind: D["kind"], node: string, key: string): string;
  },
): void {
  requireTexts({ node, key });
  requireMember("kind", Object.hasOwn(schemas, kind));
  requireMember("key", _id === idOf(kind, node, key));
  requireMember("changes", Number.isSafeInteger(changes));
  requireMember("changedAt", isOptionalText(changedAt));
  fromJson(schemas[kind as D["kind"]], value);
}

/** Refuses (`RECORD_UNREADABLE`) a list one of whose elements is not sound. */
export function requireList<T>(member: string, value: readonly T[], isSound: (element: T) => boolean): void {
  const sound = Array.isArray(value) && value.every((one) => one !== null && one !== undefined && isSound(one));
  requireMember(member, sound);
}

/** Refuses what is no text among members. */
export function requireTexts(members: Record<string, unknown>): void {
  for (const [member, value] of Object.entries(members)) requireMember(member, isText(value));
}

/** Refuses members that are there and no text. */
export function requireOptionalTexts<T extends object>(document: T, ...members: (keyof T & string)[]): void {
  for (const member of members) requireMember(member, isOptionalText(document[member]));
}

/** Whether what has an end has a time as its end. */
export function endsInTime({ until }: { until?: string }): boolean {
  return until === undefined || isTime(until);
}

export function isText(value: unknown): value is string {
  return typeof value === "string";
}

export function isOptionalText(value: unknown): boolean {
  return value === undefined || isText(value);
}

/** RFC 3339. */
export function isTime(value: unknown): boolean {
  return isText(value) && !Number.isNaN(instantOf(value));
}

/** Refuses (`RECORD_UNREADABLE`) a document for one of its members. */
export function requireMember(member: string, sound: boolean): void {
  if (!sound) throw new Refusal("RECORD_UNREADABLE", `${member} is missing or wrong`);
}
