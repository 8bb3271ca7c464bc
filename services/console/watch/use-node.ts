import type { MessageInitShape } from "@bufbuild/protobuf";
import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type GetNodeRequestSchema, WatchService } from "../../../proto/gen/ecert/watch/v1/watch_service_pb.ts";

/** How often what changes by itself is asked anew while its page is looked at, milliseconds. */
const EVERY_MS = 5_000;
/** Behind so long without a hand on mouse or keyboard nobody may be there any more: a page that goes on asking would keep the session of somebody who left. */
const UNATTENDED_MS = 10 * 60_000;
const HANDS = ["pointermove", "pointerdown", "keydown", "wheel"] as const;

/** How often a page that changes by itself is asked anew, milliseconds; false while nobody seems to be there. */
export function useEvery(): number | false {
  const [isAttended, setAttended] = useState(true);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const touched = () => {
      clearTimeout(timer);
      setAttended(true);
      timer = setTimeout(() => setAttended(false), UNATTENDED_MS);
    };
    touched();
    for (const hand of HANDS) addEventListener(hand, touched, { passive: true });
    return () => {
      clearTimeout(timer);
      for (const hand of HANDS) removeEventListener(hand, touched);
    };
  }, []);
  return isAttended && EVERY_MS;
}

/** How the node stands, asked anew while it is looked at; `alarms`: which of its alarms are told. */
export function useNode(alarms: MessageInitShape<typeof GetNodeRequestSchema> = {}) {
  return useQuery(WatchService.method.getNode, alarms, {
    refetchInterval: useEvery(),
    staleTime: 0,
    placeholderData: keepPreviousData,
  });
}
