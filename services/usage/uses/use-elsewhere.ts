import type { UsageGround } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import type { Elsewhere, Served } from "./holder-uses.ts";

type Ground = Omit<UsageGround, "$typeName" | "$unknown" | "grant">;

/** Who was served by another node, in which matter and why; the department is told by the province. */
export function servedElsewhere({ holderCodeType, holderCode, usedBy, matterCode, purpose }: Ground): Served {
  const holder = { codeType: holderCodeType, code: holderCode };
  return { holder, department: usedBy?.departmentCode ?? "", matter: matterCode, purpose };
}

/** Where it was used, and by whom, by their names. */
export function useElsewhere({ node, usedBy }: Ground): Elsewhere {
  const { nodeName = "", departmentName: department = "", matterName: matter = "" } = usedBy ?? {};
  return { node, nodeName, names: { department, matter } };
}
