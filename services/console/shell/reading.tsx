import type { ReactNode } from "react";
import { Waiting } from "./placeholders.tsx";
import { RefusalNotice } from "./refusal-notice.tsx";

/** What a page shows of something that it reads: until it is there that it is on its way, or why it cannot be read; once it is there it stays, and why it could not be read anew is told above it. */
export function Reading<T>(props: {
  of: T | undefined;
  error: unknown;
  again: () => unknown;
  children: (read: T) => ReactNode;
}) {
  const { of: read, error, again, children } = props;
  const refused = error ? <RefusalNotice error={error} retry={() => again()} /> : null;
  if (read === undefined) return refused ?? <Waiting />;
  return (
    <>
      {refused}
      {children(read)}
    </>
  );
}
