import { readFileSync } from "node:fs";
import { type DescMethodUnary, fromJson, type JsonValue, type MessageShape } from "@bufbuild/protobuf";
import { HolderService } from "../../proto/gen/ecert/usage/v1/holder_service_pb.ts";
import { httpsFetch } from "../../services/base/https-fetch.ts";
import { ACCOUNTS } from "../portal/people.ts";
import { signInAtPortal } from "../portal/sign-in.ts";
import type { Core } from "./core.ts";
import type { Trial } from "./trial.ts";

type Methods = (typeof HolderService)["method"];

/** Somebody who has signed in at the trial's portal. */
export interface SignedIn {
  /** Calls the usage service of a node as the page `/mine/` does: at the origin of the pages, in JSON. Rejects with the reason of a refusal as its message. */
  call<M extends keyof Methods>(
    core: Core,
    method: M,
    request?: JsonValue,
  ): Promise<MessageShape<Methods[M]["output"]>>;
}

/** Signs in at the trial's portal by the name of an account (5.5.2). */
export async function signIn(trial: Trial, name: string): Promise<SignedIn> {
  const account = ACCOUNTS.find((one) => one.account === name);
  if (!trial.portal || !account) throw new TypeError(`the trial has no portal, or the portal no account ${name}`);
  const ca = readFileSync(trial.portal.caFile, "utf8");
  const token = await signInAtPortal(trial.portal.url, ca, account);
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return {
    async call(core, method, request = {}) {
      const { name: rpc, output } = HolderService.method[method] as DescMethodUnary;
      const url = `${core.connect.identity?.[0]}/${HolderService.typeName}/${rpc}`;
      const init = { method: "POST", headers, body: JSON.stringify(request) };
      const answer = await httpsFetch(url, init, { ca, timeoutMs: 30_000, maxBytes: 8 << 20 });
      const body = (await answer.json()) as { details?: { debug?: { reason?: string } }[] };
      if (answer.ok) return fromJson(output, body as JsonValue) as never;
      throw new Error(body.details?.find(({ debug }) => debug?.reason)?.debug?.reason ?? `HTTP ${answer.status}`);
    },
  };
}
