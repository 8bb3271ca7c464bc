import type { ReactNode } from "react";

/** What may be wider than the page: it scrolls by itself, and by the keyboard too. */
export function Scrolls({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it by its focus
    <section className="scrolls" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
