import type { ConfirmedBody, Timed } from "../stored/province-records.ts";

/** A superior that counts; absent where the body has none. */
export type CountingSuperior = Timed<{ superior?: string }>;

/** What {@link superiorsOf} decides by. */
export interface BodySources {
  /** What the department's record at a node names above it, the present one last. */
  named(node: string): readonly CountingSuperior[];
  /** Nodes that owned another body, the present one last; empty where the province has not confirmed it. */
  ownersOf(code: string): readonly Timed<{ node: string }>[];
}

/**
 * 5.8.3: the superiors of a confirmed body, the present one last. At each time that is the one which the province had set; else the one
 * that the owner named, where the same node owned both bodies then: what a node says of another's counts for nothing.
 */
export function superiorsOf(body: ConfirmedBody, { named, ownersOf }: BodySources): readonly CountingSuperior[] {
  const names = new Map([...new Set(body.owners.map(({ node }) => node))].map((node) => [node, named(node)]));
  const others = new Set([...names.values()].flatMap((list) => list.flatMap(({ superior }) => superior ?? [])));
  const owners = new Map([...others].map((code) => [code, ownersOf(code)]));
  const at = (time: string | undefined): string | undefined => {
    const set = entryAt(body.set, time)?.superior;
    if (set !== undefined) return set;
    const node = entryAt(body.owners, time)?.node ?? "";
    const superior = entryAt(names.get(node) ?? [], time)?.superior;
    const same = superior !== undefined && entryAt(owners.get(superior) ?? [], time)?.node === node;
    return same ? superior : undefined;
  };
  const lists: readonly (readonly Timed<object>[])[] = [body.owners, body.set, ...names.values(), ...owners.values()];
  const ends = new Set(lists.flatMap((list) => list.flatMap(({ until }) => until ?? [])));
  const spans = [...ends].sort().map((until) => ({ superior: at(until), until }));
  return joined([...spans, { superior: at(undefined), until: undefined }]);
}

/** What was so at a time, its last instant included; now, where no time is given. */
function entryAt<T>(list: readonly Timed<T>[], time: string | undefined): Timed<T> | undefined {
  return list.find(({ until }) => until === undefined || (time !== undefined && time <= until));
}

function joined(spans: readonly { superior: string | undefined; until: string | undefined }[]): CountingSuperior[] {
  return spans
    .filter(({ superior }, place) => place === spans.length - 1 || spans[place + 1]?.superior !== superior)
    .map(({ superior, until }) => ({
      ...(superior !== undefined && { superior }),
      ...(until !== undefined && { until }),
    }));
}
