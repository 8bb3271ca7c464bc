import type { Client } from "@connectrpc/connect";
import type { Department } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { TermsService } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import type { NodeConfig } from "../../host/config.ts";
import { isProvince } from "../../host/place.ts";

/** Longest that the catalog may take. */
const ASKED_MS = 10_000;

/** Departments as the catalog of this node knows them. All throw `PEER_AWAY` where it cannot be asked. */
export interface Departments {
  find(code: string): Promise<Department | undefined>;
  /** At the province, whose a department is; `undefined` for one that no node has registered. */
  ownerOf(code: string): Promise<string | undefined>;
  /**
   * Whether the node of a record may speak for the department that it names: at the province not where the department is another node's.
   * One that no node has registered yet belongs to nobody: events come in any order.
   */
  speaksFor(record: { node: string; departmentCode: string }): Promise<boolean>;
  /** Whether the catalog is an older copy of itself. */
  isBehind(): Promise<boolean>;
}

/** Asks the catalog each time: only tokens of other nodes' apps, at the province, cost a call. */
export function departmentsOf(own: NodeConfig["node"], catalog: Client<typeof TermsService>): Departments {
  const options = { timeoutMs: ASKED_MS };

  async function ownerOf(code: string): Promise<string | undefined> {
    return (await catalog.findDepartment({ code }, options)).owner || undefined;
  }

  return {
    ownerOf,
    find: async (code) => (await catalog.findDepartment({ code }, options)).department,
    async speaksFor({ node, departmentCode }) {
      if (!isProvince(own) || node === own.code) return true;
      const owner = await ownerOf(departmentCode);
      return owner === undefined || owner === node;
    },
    isBehind: async () => (await catalog.getCatalogStanding({}, options)).behind,
  };
}
