import { type App, AppSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import type { Handlers } from "../../runtime/service.ts";
import { requireDepartment } from "../codes.ts";
import type { CatalogContext } from "../context.ts";
import { checkApp } from "../record-checks.ts";
import { fromNowOn } from "../refusals.ts";
import { putRecord, readRecord } from "../registry.ts";
import { hashSecret, newSecret } from "../secret.ts";

/** 6.2.4.1: stores an app account. The secret is answered once. */
export function putApp(context: CatalogContext): Handlers<typeof RegistryService>["putApp"] {
  const { runtime } = context;
  return async (request) => {
    const app = request.app as App;
    const node = runtime.config.node.code;
    checkApp(app, node);
    await requireDepartment(context, "app.department_code", app.departmentCode);
    const value = { ...app, node };
    const known = await readRecord(context, AppSchema, "app", node, app.key);
    const secret = known && !request.rotateSecret ? undefined : newSecret(runtime.randomBytes);
    const account = {
      ...(secret !== undefined && { secretHash: await hashSecret(secret, runtime.randomBytes) }),
      ...(app.disabled && !known?.disabled && { tokensNotBefore: fromNowOn(context) }),
    };
    await putRecord(context, AppSchema, "app", app.key, value, Object.keys(account).length > 0 ? account : undefined);
    return { app: value, secret: secret ?? "" };
  };
}
