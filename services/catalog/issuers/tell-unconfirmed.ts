import { isProvince } from "../../host/place.ts";
import { BY_NODE } from "../../registry/record.ts";
import type { CatalogContext } from "../context.ts";

/** A province whose departments nobody has confirmed publishes a register by which nothing counts that they sign. */
export async function tellUnconfirmed({ runtime, registry, owners }: CatalogContext): Promise<void> {
  if (!isProvince(runtime.config.node)) return;
  const departments = await registry.of("department").count(BY_NODE.name);
  const confirmed = await owners.count("bodies");
  if (departments <= confirmed) return;
  runtime.log.warn(
    { departments, confirmed },
    "departments wait to be confirmed: ListUnconfirmedDepartments lists them",
  );
}
