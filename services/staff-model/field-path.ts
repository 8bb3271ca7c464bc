/**
 * A field of a request as a form knows it, from the path that the node gives: `holders[0].code`, `order.issueDate` and `/data/parties/0/name` are
 * `["holders", 0, "code"]`, `["issueDate"]` and `["data", "parties", 0, "name"]`. A place within a field that holds JSON (`content.example_json/name`) is told at
 * that field. `root` is the member of the request that the form fills.
 */
export function fieldPath(path: string, root: string): (string | number)[] {
  const steps = path.startsWith("/")
    ? path
        .slice(1)
        .split("/")
        .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
    : [...path.replace(/\/.*/, "").matchAll(/[^.[\]]+/g)].map(([step]) => step);
  const own = steps[0] === root ? steps.slice(1) : steps;
  return own.map((step) => (/^(0|[1-9]\d*)$/.test(step) ? Number(step) : camel(step)));
}

/** Names of contracts as scripts have them; names of data items are left as they are. */
function camel(step: string): string {
  return /^[a-z]+(_[a-z0-9]+)+$/.test(step)
    ? step.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    : step;
}
