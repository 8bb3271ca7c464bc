/** Resolves like `running`, or rejects with the reason of `signal` as soon as it aborts. `running` goes on by itself. */
export async function abortable<T>(running: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    running.catch(() => {});
    throw signal.reason;
  }
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([running, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** The same items; throws the reason of `signal` as soon as it aborts, even if the source hangs. The source is told to end. */
export async function* abortableStream<T>(source: AsyncGenerator<T>, signal: AbortSignal): AsyncGenerator<T> {
  try {
    for (;;) {
      const { value, done } = await abortable(source.next(), signal);
      if (done) return;
      yield value;
    }
  } finally {
    // A source that hangs would hold its consumer: it is told, not awaited.
    source.return(undefined).catch(() => {});
  }
}
