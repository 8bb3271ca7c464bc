import type { Department } from "../../proto/gen/ecert/catalog/v1/registry_pb.ts";

/** Whoever can tell what departments are. */
export interface DepartmentSource {
  /** A department as this node knows it: by its own registry; at the province by that of the node which owns the record (5.6.2, 5.1.3). */
  department(code: string): Promise<Department | undefined>;
}
