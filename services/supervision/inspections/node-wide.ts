import type { Reach } from "../../domain/permit.ts";
import { Refusal } from "../../domain/refusal.ts";
import { divisionOfNode } from "../../domain/sandbox.ts";
import type { Runtime } from "../../node/runtime.ts";
import { isInspectable } from "./inspection-record.ts";

/** Holds that a caller reaches all of this node, as whoever changes what it tells everybody must. Throws `PERMISSION_DENIED`. */
export function requireNodeWide(reach: Reach, { config }: Pick<Runtime, "config">): void {
  if (isInspectable(reach, divisionOfNode(config.node.code))) return;
  const description = "this is told to everybody at this node: a body of its whole division puts it";
  const localizedDetail = "该设置对本节点全部用户生效，请由本节点所属区划的管理机构办理";
  throw new Refusal("PERMISSION_DENIED", description, { localizedDetail });
}
