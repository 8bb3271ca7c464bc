/** A data item that says what the order says too, as the catalog has it. */
export interface Binding {
  readonly dataItem: string;
  readonly metadata: string;
}
type Path = (string | number)[];

/**
 * What bound data items must say, by their place in the data: nobody types twice what stands above. `metadata`: what the order says, with the issuer
 * as the registry has it. A list with `*` gets a member for each holder, in their order.
 */
export function boundValues(bindings: readonly Binding[], metadata: object): { path: Path; value: string }[] {
  return bindings.flatMap(({ dataItem, metadata: member }) => {
    const path = dataItem.slice(1).split("/");
    const steps = member.match(/[A-Za-z]+|\d|\*/g) ?? [];
    const found = steps.reduce<unknown[]>(
      (values, step) => values.flatMap((value) => membersOf(value, step)),
      [metadata],
    );
    return found.flatMap((value, index) => {
      if (typeof value !== "string" || value === "") return [];
      return [{ path: path.map((step) => (step === "*" ? index : numberOr(step))), value }];
    });
  });
}

/** Whether a data item is bound, at whatever place of a list. */
export function isBound(bindings: readonly Binding[], path: readonly (string | number)[]): boolean {
  return bindings.some(({ dataItem }) => {
    const steps = dataItem.slice(1).split("/");
    return steps.length === path.length && steps.every((step, index) => step === "*" || step === String(path[index]));
  });
}

function membersOf(value: unknown, step: string): unknown[] {
  if (step === "*") return Array.isArray(value) ? value : [];
  return typeof value === "object" && value !== null ? [(value as Record<string, unknown>)[step]] : [undefined];
}

function numberOr(step: string): string | number {
  return /^\d+$/.test(step) ? Number(step) : step;
}
