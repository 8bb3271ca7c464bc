import { fromJson, type JsonObject as ProtoJson, toJson } from "@bufbuild/protobuf";
import { type App, AppSchema } from "../../../proto/gen/ecert/identity/v1/app_pb.ts";
import {
  type AppService,
  type PutAppRequest,
  PutAppRequestSchema,
} from "../../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { newSecret } from "../../base/secret.ts";
import { identify } from "../../call/chain/sealed-answer.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { Actor } from "../../domain/actor.ts";
import { canonicalJson, type JsonObject } from "../../domain/canonical.ts";
import { isConsoleApp } from "../../domain/console-app.ts";
import type { Reach } from "../../domain/permit.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { requireDepartment } from "../../registry/codes.ts";
import { wantedRecord } from "../../registry/partial-record.ts";
import { requireReach } from "../../registry/reach.ts";
import { type AppDocument, appId } from "../apps/app-record.ts";
import type { AppRoom } from "../apps/app-room.ts";
import { rotated } from "../apps/app-secrets.ts";
import { changeApp } from "../apps/change-app.ts";
import { checkApp } from "../apps/check-app.ts";
import { fromNowOn } from "../apps/refusals.ts";
import { requireKnownScopes } from "../apps/scopes.ts";
import { hashSecret } from "../apps/secret.ts";

/** Name under which requests are digested: as before this contract stood in its place, so that answers of then are given again. */
const DIGESTED_AS = "ecert.catalog.v1.PutAppRequest";

/** What a request comes to, decided before anything is written. */
interface Plan {
  /** The app as proto JSON. */
  app: JsonObject;
  /** A new secret and its hash, for a new app or a rotation. */
  secret?: { text: string; hash: string };
  /** `changes` of the record that it was decided on; 0: there was none. */
  basis: number;
}

/** 6.2.4.1: stores an app account. The secret is answered to whoever made the request, again if it is repeated within a day. */
export function putApp(context: AppRoom): Handlers<typeof AppService>["putApp"] {
  return async (request, call) => {
    const app = request.app as App;
    const identified = identify(PutAppRequestSchema, request, call.caller, DIGESTED_AS);
    const plan = await context.answers.once(
      identified,
      () => planFor(context, request, call.reach),
      (decided) => carryOut(context, app.key, decided, request, call.caller),
    );
    return { app: fromJson(AppSchema, plan.app as ProtoJson), secret: plan.secret?.text ?? "" };
  };
}

async function planFor(context: AppRoom, request: PutAppRequest, reach: Reach): Promise<Plan> {
  const { runtime, apps } = context;
  const node = runtime.config.node.code;
  const { updateMask: mask, rotateSecret } = request;
  const given = request.app as App;
  const parts = { kind: "app", key: given.key, schema: AppSchema, given, mask } as const;
  const { record: wanted, old, basis } = await wantedRecord(context, parts);
  // What is told of secrets is no part of the record.
  const app = { ...wanted, secrets: [] };
  checkApp(app, node);
  requireKnownScopes(app.scopes);
  const isNew = old?.departmentCode !== app.departmentCode;
  await requireDepartment(context, "app.department_code", app.departmentCode, { isNew });
  await requireReach(context, reach, "app.department_code", [app.departmentCode, old?.departmentCode]);
  const known = await apps.get(appId(app.key));
  const value = toJson(AppSchema, { ...app, node }) as JsonObject;
  const plan = { app: value, basis: basis ?? known?.changes ?? 0 };
  if (isConsoleApp(node, app.key)) {
    if (rotateSecret) throw noSecret(app.key);
    return plan;
  }
  if (known && !rotateSecret) return plan;
  const text = newSecret(runtime.randomBytes);
  const beside = request.keepOldSecretHours > 0 ? known?.secretHash : undefined;
  return { ...plan, secret: { text, hash: await hashSecret(text, runtime.randomBytes, beside) } };
}

function noSecret(key: string): Refusal {
  const description = `${key} is the console of a department: staff work as it by their sessions, and it has no secret`;
  const localized = `${key}为部门的经办应用，工作人员登录后使用，没有密钥，请去掉该项`;
  return refuseField("INVALID_FIELD", "rotate_secret", description, "leave it out", localized);
}

/** `request` is the one that was decided on, or its repetition, which says the same. */
async function carryOut(context: AppRoom, key: string, plan: Plan, request: PutAppRequest, by: Actor): Promise<void> {
  const { secretDays: days, keepOldSecretHours: keepHours } = request;
  const { runtime } = context;
  await changeApp(
    context,
    key,
    (old) => {
      if (old && isCarriedOut(old, plan)) return undefined;
      if ((old?.changes ?? 0) !== plan.basis) {
        const message = `app ${key} was changed meanwhile; look at it and send the request again`;
        throw new Refusal("REVISION_CONFLICT", message, { retryAfterMs: 100 });
      }
      // Whatever tokens a disabled app has end with it, so that they do not come back when it is enabled again.
      const disabled = plan.app.disabled === true && old?.value.disabled !== true;
      return {
        value: plan.app,
        ...(plan.secret && { secrets: rotated(old, plan.secret.hash, { at: runtime.now(), days, keepHours }) }),
        ...(disabled && { tokensNotBefore: fromNowOn(context) }),
      };
    },
    by,
  );
}

function isCarriedOut(old: AppDocument, { app, secret }: Plan): boolean {
  return secret ? old.secretHash === secret.hash : canonicalJson(old.value) === canonicalJson(app);
}
