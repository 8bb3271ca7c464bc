import { useState } from "react";

/**
 * What stands in a field whose value lies in the address. What is typed on while a list is asked for stays, and so does the focus; what the address says for another
 * reason, as when conditions are cleared or somebody goes back, is shown. `ask` is told what is asked for.
 */
export function useTyped(value: string): { readonly typed: string; type(text: string): void; ask(text: string): void } {
  const [held, hold] = useState({ value, typed: value, asked: value });
  if (held.value !== value) hold({ value, asked: value, typed: held.asked === value ? held.typed : value });
  return {
    typed: held.typed,
    type: (typed) => hold((before) => ({ ...before, typed })),
    ask: (asked) => hold((before) => ({ ...before, asked })),
  };
}
