const PREFIX = "ecert.draft.";

/** What was filled in under a name in this window; `undefined` where nothing was kept, or what was kept is none. */
export function keptValues<T>(name: string): T | undefined {
  const kept = sessionStorage.getItem(PREFIX + name);
  if (kept === null) return undefined;
  try {
    return JSON.parse(kept) as T;
  } catch {
    return undefined;
  }
}

/** Keeps what was filled in, as long as its window; tells whether the browser did. */
export function keepValues(name: string, values: unknown): boolean {
  try {
    sessionStorage.setItem(PREFIX + name, JSON.stringify(values));
    return true;
  } catch {
    return false;
  }
}

/** Forgets what was filled in under a name. */
export function forgetValues(name: string): void {
  sessionStorage.removeItem(PREFIX + name);
}

/** Forgets all of it, whatever it is: for who leaves a desk that others use too, since it holds data of people. */
export function forgetAllValues(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
}
