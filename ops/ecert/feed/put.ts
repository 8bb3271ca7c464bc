import { randomUUID } from "node:crypto";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { type DescMessage, type JsonObject, type Message, toJson } from "@bufbuild/protobuf";
import { requestOfJson } from "../../../services/call/request/parse-request.ts";
import { Refusal, refuseArgument } from "../../../services/domain/refusal.ts";
import { type FiledRequest, readRequests } from "../request-file.ts";
import type { AmendAction, Asked, PutAction } from "./action.ts";
import { called } from "./caller.ts";

/** Puts what the files hold, one after the other; told of each as soon as it is stored. The first that is refused ends it, naming its place. */
export async function putFiles(
  asked: Asked,
  action: PutAction,
  told: (answer: JsonObject, filed: JsonObject) => void,
): Promise<void> {
  // All are read before the first is sent, so that a slip of the pen in the last leaves nothing half done.
  const requests = asked.arguments.flatMap((path) => readRequests(action.method.input, path));
  const file = asked.options["secret-file"];
  if (typeof file === "string" && requests.length !== 1)
    throw refuseArgument("INVALID_FIELD", "--secret-file", `${requests.length} requests`, "put one app at a time");
  for (const one of requests) {
    const request = completed(action, one, asked.options.replace === true);
    const stored = await keepingSecret(typeof file === "string" ? file : undefined, async () => {
      const answer = await namingPlace(one.place, called(asked, action.method, request));
      return toJson(action.method.output, answer, { alwaysEmitImplicit: true }) as JsonObject;
    });
    told(stored, one.json);
  }
}

/** Changes some members of a record, and nothing else of it. */
export async function amend(asked: Asked, action: AmendAction): Promise<JsonObject> {
  const { method, record, keys } = action;
  const named = Object.fromEntries(keys.map((key, at) => [key, asked.arguments[at] as string]));
  const members = action.members(asked.options);
  const request = { ...action.more?.(asked.options), [record]: { ...named, ...members } };
  const whole = { ...request, updateMask: Object.keys({ ...named, ...members }).join(",") };
  const file = asked.options["secret-file"];
  return keepingSecret(typeof file === "string" ? file : undefined, async () => {
    const answer = await called(asked, method, withId(method.input, requestOfJson(method.input, whole)));
    return toJson(method.output, answer, { alwaysEmitImplicit: true }) as JsonObject;
  });
}

/** The request with the mask of what its file names, and an id where it needs one. */
export function completed(action: PutAction, { request, json }: FiledRequest<DescMessage>, replace: boolean): Message {
  const schema = action.method.input;
  const mask = schema.fields.find(({ name }) => name === "update_mask");
  const inner = json[action.record];
  const named = "updateMask" in json || "update_mask" in json;
  if (!mask || replace || named || typeof inner !== "object" || inner === null) return withId(schema, request);
  const record = schema.fields.find(({ jsonName }) => jsonName === action.record)?.message;
  const paths = Object.keys(inner).map(
    (key) => record?.fields.find(({ jsonName, name }) => jsonName === key || name === key)?.name ?? key,
  );
  return withId(schema, { ...request, updateMask: { $typeName: "google.protobuf.FieldMask", paths } } as Message);
}

function withId(schema: DescMessage, request: Message): Message {
  const needed = schema.fields.some(({ name }) => name === "request_id");
  const { requestId } = request as Message & { requestId?: string };
  return needed && requestId === "" ? ({ ...request, requestId: randomUUID() } as Message) : request;
}

/** What a call is refused with tells where in the file its request stands. */
export async function namingPlace<T>(place: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    const { fields, metadata, localized } = cause;
    const told = { fields: [...fields], metadata, localized: `${place}：${localized}`, cause };
    throw new Refusal(cause.reason, `${place}: ${cause.message}`, told);
  }
}

/** Moves the secret of an answer to a file that is not there yet, which only its owner may read. What has no secret leaves none. */
export async function keepingSecret(path: string | undefined, call: () => Promise<JsonObject>): Promise<JsonObject> {
  if (path === undefined) return call();
  const file = created(path);
  let kept = false;
  try {
    const { secret, ...answer } = await call();
    if (typeof secret === "string" && secret !== "") {
      writeSync(file, secret);
      kept = true;
    }
    return { ...answer, ...(kept && { secretFile: path }) };
  } finally {
    closeSync(file);
    if (!kept) rmSync(path, { force: true });
  }
}

function created(path: string): number {
  try {
    return openSync(path, "wx", 0o600);
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? "unwritable";
    const remedy = "name a file that is not there yet, in a folder that is";
    throw refuseArgument("INVALID_FIELD", "--secret-file", `无法写入 ${path} · cannot write ${path} (${why})`, remedy);
  }
}
