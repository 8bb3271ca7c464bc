import { Refusal } from "../../domain/refusal.ts";
import type { ServiceName } from "../../host/config.ts";
import type { MachineName } from "../../host/machine-name.ts";

/** The service whose process serves the pages, and which alone hands on what they call. */
export const PAGE_SERVICE: ServiceName = "identity";

/** Address of the browser whose call is handed on. Its presence says that a call was handed on. */
export const PAGE_ADDRESS_HEADER = "x-ecert-page-address";
/** Cookie of the browser's session, where it sent one and the page is of this very node. */
export const PAGE_SESSION_HEADER = "x-ecert-page-session";

/** Note of the call log: the service to which a call was handed on. */
export const HANDED_NOTE = "handedTo";

/** What a browser has shown, as it is handed on to be judged once more. */
export interface Shown {
  /** Without its port; `undefined` where the connection has gone. */
  address: string | undefined;
  /** The cookie, of a page of this very node. */
  session: string | undefined;
  /** The `authorization` header: the token of a holder. */
  authorization: string | undefined;
}

/** The headers by which {@link Shown} travels between processes of a node. */
export function shownHeaders({ address, session, authorization }: Shown): Record<string, string> {
  return {
    [PAGE_ADDRESS_HEADER]: address ?? "",
    ...(session !== undefined && { [PAGE_SESSION_HEADER]: session }),
    ...(authorization !== undefined && { authorization }),
  };
}

/** What a call on the mesh says that a browser has shown; `undefined` where it was not handed on. */
export function shownIn(header: (name: string) => string | undefined): Shown | undefined {
  const address = header(PAGE_ADDRESS_HEADER);
  const session = header(PAGE_SESSION_HEADER);
  if (address === undefined && session === undefined) return undefined;
  return { address: address || undefined, session, authorization: header("authorization") };
}

/** Whether the names of a certificate are those of who hands on what pages of this very node call. */
export function handsOn(names: readonly MachineName[], ownNode: string): boolean {
  return names.some(({ node, kind, name }) => node === ownNode && kind === "service" && name === PAGE_SERVICE);
}

/** The refusal of everybody else who says that a call was handed on. */
export function handsNothingOn(): Refusal {
  return new Refusal("PERMISSION_DENIED", `only ${PAGE_SERVICE} of this node hands on what pages call`, {
    localizedDetail: "仅本节点的身份服务可以转交页面的调用",
  });
}
