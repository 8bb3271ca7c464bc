/** What stays the same at a desk from one person served to the next, none of it about people. */
export interface Desk {
  readonly stage: string;
  readonly outlet: string;
}

const keyOf = (account: string) => `ecert.desk.${account}`;

/** What somebody wrote last at this desk. */
export function deskOf(account: string): Partial<Desk> {
  try {
    const { stage, outlet } = JSON.parse(localStorage.getItem(keyOf(account)) ?? "{}") as Partial<Desk>;
    return { ...(stage && { stage }), ...(outlet && { outlet }) };
  } catch {
    return {};
  }
}

/** Keeps it for the next time; where the browser keeps nothing it is written again. */
export function keepDesk(account: string, { stage, outlet }: Desk): void {
  try {
    localStorage.setItem(keyOf(account), JSON.stringify({ stage, outlet }));
  } catch {
    // Nothing is lost but a few keys pressed.
  }
}
