/**
 * Finds what goes round in a graph: the largest sets of nodes of which each reaches each other (strongly connected components),
 * of two nodes or more, by name. An arrow to a node of no arrows of its own, or to itself, is no circle.
 */
export function circles(arrows: ReadonlyMap<string, Iterable<string>>): string[][] {
  const found: string[][] = [];
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];

  // Tarjan's algorithm. Chains of imports are some dozens long at most, so it may call itself.
  const visit = (node: string): void => {
    const own = index.size;
    index.set(node, own);
    low.set(node, own);
    open.push(node);
    for (const next of arrows.get(node) ?? []) {
      if (!index.has(next)) visit(next);
      if (open.includes(next)) low.set(node, Math.min(low.get(node) ?? own, low.get(next) ?? own));
    }
    if (low.get(node) !== own) return;
    const component = open.splice(open.indexOf(node));
    if (component.length > 1) found.push(component.sort());
  };

  for (const node of arrows.keys()) if (!index.has(node)) visit(node);
  return found.sort(([a = ""], [b = ""]) => (a < b ? -1 : 1));
}

/** Gathers arrows by where they begin, each target once. */
export function arrowsBy(pairs: Iterable<readonly [from: string, to: string]>): Map<string, Set<string>> {
  const arrows = new Map<string, Set<string>>();
  for (const [from, to] of pairs) arrows.set(from, (arrows.get(from) ?? new Set()).add(to));
  return arrows;
}
