import { createClient, createContextValues } from "@connectrpc/connect";
import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext } from "react";
import { type GetOwnSessionResponse, SessionService } from "../../../proto/gen/ecert/identity/v1/session_service_pb.ts";
import type { Role } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";
import { ASKS_WHO, transport } from "../call/transport.ts";

const sessions = createClient(SessionService, transport);
const Who = createContext<GetOwnSessionResponse | undefined>(undefined);

/** Asks who is signed in. It fails where nobody is. */
export function useOwnSession() {
  return useQuery({
    queryKey: ["who"],
    queryFn: () => sessions.getOwnSession({}, { contextValues: createContextValues().set(ASKS_WHO, true) }),
    retry: false,
    staleTime: 60_000,
  });
}

/** Tells the pages within who is signed in. */
export function WhoIsHere({ who, children }: { who: GetOwnSessionResponse; children: ReactNode }) {
  return <Who.Provider value={who}>{children}</Who.Provider>;
}

/** Who is signed in. */
export function useWho(): GetOwnSessionResponse {
  const who = useContext(Who);
  if (!who) throw new Error("nobody is signed in outside of <WhoIsHere>");
  return who;
}

/** Whether somebody holds one of these roles. */
export function holds(who: Pick<GetOwnSessionResponse, "roles">, roles: readonly Role[]): boolean {
  return roles.some((role) => who.roles.includes(role));
}
