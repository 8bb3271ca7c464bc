/** Calls share what is made, if it is begun after they came: one at a time, and one behind it for all that wait. */
export function begunAfter<T>(make: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> | undefined;
  let next: Promise<T> | undefined;
  function begin(): Promise<T> {
    const begun = make().finally(() => {
      running = undefined;
    });
    running = begun;
    return begun;
  }
  return () => {
    if (running === undefined) return begin();
    next ??= running
      .then(
        () => undefined,
        () => undefined,
      )
      .then(() => {
        next = undefined;
        return begin();
      });
    return next;
  };
}
