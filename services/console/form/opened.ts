import type { DescMessage, DescMethodUnary, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { callUnaryMethod, createConnectQueryKey, useTransport } from "@connectrpc/connect-query";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

/**
 * What a form is opened upon: read anew when its page opens, never from what was read before, and held as it was then. What is saved is so held to the revision
 * that was shown, and a later reading, or one that fails, takes nothing from under who is typing. It is kept for nobody else either: the page that is opened
 * behind a save would show for a moment what was so before it. `isWanted`: there is something to read.
 */
export function useOpened<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  request: MessageInitShape<I>,
  isWanted = true,
): { readonly data: MessageShape<O> | undefined; readonly error: unknown; refetch(): unknown } {
  const transport = useTransport();
  const { data, error, refetch, isFetchedAfterMount } = useQuery({
    queryKey: ["opened", createConnectQueryKey({ schema: method, input: request, transport, cardinality: "finite" })],
    queryFn: ({ signal }) => callUnaryMethod(transport, method, request, { signal }),
    ...{ enabled: isWanted, staleTime: 0, refetchOnMount: "always", structuralSharing: false },
  });
  const [held, hold] = useState<MessageShape<O>>();
  if (held === undefined && data !== undefined && error === null && isFetchedAfterMount) hold(data);
  return { data: held, error: held === undefined ? error : null, refetch };
}
