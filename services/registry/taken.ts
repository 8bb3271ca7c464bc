import { Refusal } from "../domain/refusal.ts";

/** The refusal for a record whose key is another node's. */
export function taken(kind: string, key: string, node: string): Refusal {
  const description = `${kind} ${key} belongs to node ${node}`;
  const remedy =
    kind === "seal"
      ? "use another code; a seal whose department the province has not confirmed gives way to one whose department it has: IssuerService.ConfirmDepartment"
      : "use another code, or let the province move it: IssuerService.ConfirmDepartment";
  return new Refusal("ALREADY_EXISTS", description, {
    metadata: { kind, key, node },
    fields: [
      {
        field: kind === "app" ? "app.key" : `${kind}.code`,
        description,
        remedy,
        localized: `${key}属于节点${node}，请换用其他代码，或请省级确认归属（ConfirmDepartment）`,
      },
    ],
  });
}
