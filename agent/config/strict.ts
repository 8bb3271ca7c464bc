import { dirname, resolve } from "node:path";
import { type FieldViolation, Refusal, terminalFault } from "../../services/domain/refusal.ts";
import { readJsonFile } from "../../services/host/json-file.ts";

/** Where a value stands, and the list that its faults go to. */
export interface Place {
  path: string;
  /** Directory of the file: paths in it are relative to it. */
  directory: string;
  faults: FieldViolation[];
}

/** Reads one kind of value. Faults are collected, so that a file is refused with all of them at once. */
export type Reader<T> = (value: unknown, place: Place) => T;

/** A member that may be left out. */
export interface Optional<T> {
  optional: Reader<unknown>;
  fallback: T;
}

type Shape = Record<string, Reader<unknown> | Optional<unknown>>;
type Read<S extends Shape> = {
  [K in keyof S]: S[K] extends Reader<infer T> ? T : S[K] extends Optional<infer T> ? T : never;
};

/** A member that may be left out; `fallback` stands for it then. */
export function optional<T>(reader: Reader<T>, fallback: NoInfer<T>): Optional<T>;
export function optional<T>(reader: Reader<T>): Optional<T | undefined>;
export function optional(reader: Reader<unknown>, fallback?: unknown): Optional<unknown> {
  return { optional: reader, fallback };
}

/** What readers of objects and lists are made of, for {@link membersOf}. */
const shapes = new WeakMap<object, { members: Shape } | { element: Reader<unknown> }>();

/** Paths of all members that a reader knows, `metadata.holders[].name` for those of lists: what is to be accounted for, member by member. */
export function membersOf(reader: Reader<unknown>, path = ""): string[] {
  const shape = shapes.get(reader);
  if (shape === undefined) return [path];
  if ("element" in shape) return membersOf(shape.element, `${path}[]`);
  return Object.entries(shape.members).flatMap(([key, member]) =>
    membersOf(typeof member === "function" ? member : member.optional, path === "" ? key : `${path}.${key}`),
  );
}

/** An object with exactly these members: unknown ones are refused, so that a typing error cannot switch a rule off. */
export function object<S extends Shape>(shape: S): Reader<Read<S>> {
  const reader: Reader<Read<S>> = (value, place) => {
    const members = typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
    if (!members) return fault(place, "must be an object") as unknown as Read<S>;
    for (const key of Object.keys(members)) {
      if (!Object.hasOwn(shape, key)) {
        const known = Object.keys(shape).join(", ");
        fault(at(place, key), "is unknown", `remove it, or use one of: ${known}`);
      }
    }
    return Object.fromEntries(
      Object.entries(shape).map(([key, reader]) => {
        const member = (members as Record<string, unknown>)[key];
        const spot = at(place, key);
        if (typeof reader === "function") {
          return [key, member === undefined ? fault(spot, "is missing") : reader(member, spot)];
        }
        return [key, member === undefined ? reader.fallback : reader.optional(member, spot)];
      }),
    ) as Read<S>;
  };
  shapes.set(reader, { members: shape });
  return reader;
}

/** A list of at least `min` members. */
export function list<T>(element: Reader<T>, min = 0): Reader<T[]> {
  const reader: Reader<T[]> = (value, place) => {
    if (!Array.isArray(value)) return fault(place, "must be a list") ?? [];
    if (value.length < min) fault(place, `needs at least ${min} member(s)`);
    return value.map((member, index) => element(member, { ...place, path: `${place.path}[${index}]` }));
  };
  shapes.set(reader, { element });
  return reader;
}

/** Texts by name, for environment variables. */
export const texts: Reader<Record<string, string>> = (value, place) => {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return fault(place, "must be an object") ?? {};
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, text()(member, at(place, key))]));
};

/** A text that matches `pattern`; `form` tells people what that is. */
export function text(pattern = /^.{1,400}$/su, form = "a text of 1–400 characters"): Reader<string> {
  return (value, place) => {
    if (typeof value === "string" && pattern.test(value)) return value;
    return fault(place, `must be ${form}`) ?? "";
  };
}

/** A member that there was once: present, it is a fault that tells what to do. */
export function withdrawn(why: string): Optional<undefined> {
  return { optional: (_, place) => fault(place, "is no member any more", why), fallback: undefined };
}

/** A whole number between bounds. */
export function number(min: number, max: number): Reader<number> {
  return (value, place) => {
    const good = typeof value === "number" && value >= min && value <= max && Number.isInteger(value);
    return good ? value : (fault(place, `must be a whole number from ${min} to ${max}`) ?? min);
  };
}

/** True or false. */
export const flag: Reader<boolean> = (value, place) =>
  typeof value === "boolean" ? value : (fault(place, "must be true or false") ?? false);

/** One of a few words. */
export function word<const W extends string>(...words: readonly W[]): Reader<W> {
  return (value, place) => {
    const found = words.find((candidate) => candidate === value);
    return found ?? fault(place, `must be one of: ${words.join(", ")}`) ?? (words[0] as W);
  };
}

/** A path; relative ones start at the directory of the file. */
export const path: Reader<string> = (value, place) => resolve(place.directory, text()(value, place));

/** Notes a fault. Always gives `undefined`, so that it can stand where a value would. */
export function fault(place: Place, description: string, remedy?: string): undefined {
  place.faults.push(terminalFault(place.path, description, remedy));
}

/**
 * Reads a JSON file strictly. Throws `Refusal` `INVALID_FIELD` with every fault in it, or naming the file where it cannot
 * be read or is no JSON.
 */
export function readStrictFile<T>(file: string, reader: Reader<T>): T {
  return readStrict(readJsonFile(file), file, reader);
}

/** The same of what is to be written into a file. */
export function readStrict<T>(content: unknown, file: string, reader: Reader<T>): T {
  const place: Place = { path: "", directory: dirname(resolve(file)), faults: [] };
  const value = reader(content, place);
  refuseFaults(file, place.faults);
  return value;
}

/** Throws the refusal of a file that has faults. */
export function refuseFaults(file: string, faults: readonly FieldViolation[]): void {
  if (faults.length === 0) return;
  const lines = faults.map(({ field, description, remedy }) => {
    return `${field || "the file"} ${description}${remedy === "" ? "" : ` (${remedy})`}`;
  });
  throw new Refusal("INVALID_FIELD", `${file}: ${lines.join("; ")}`, { fields: [...faults], metadata: { file } });
}

function at(place: Place, key: string): Place {
  return { ...place, path: place.path === "" ? key : `${place.path}.${key}` };
}
