/**
 * Works elements off, so many of them at once, and gives what came of each as soon as it is known, in no order. No element more is taken from the
 * source than is worked on, so that who takes no results is held back. `work` has to tell failures as results: what it throws, and what
 * the source throws, ends the whole.
 */
export async function* doneAtOnce<E, D>(
  elements: Iterable<E> | AsyncIterable<E>,
  width: number,
  work: (element: E, number: number) => Promise<D>,
): AsyncGenerator<D> {
  const source = Symbol.asyncIterator in elements ? elements[Symbol.asyncIterator]() : elements[Symbol.iterator]();
  const running = new Map<number, Promise<{ number: number; done: D }>>();
  let next: Promise<{ arrived: IteratorResult<E> }> | undefined = read();
  let number = 0;
  let over = false;
  for (;;) {
    const waiting: Promise<{ number: number; done: D } | { arrived: IteratorResult<E> }>[] = [...running.values()];
    if (next) waiting.push(next);
    if (waiting.length === 0) return;
    const first = await Promise.race(waiting);
    if ("done" in first) {
      running.delete(first.number);
      yield first.done;
    } else {
      next = undefined;
      if (first.arrived.done) over = true;
      else {
        const own = ++number;
        running.set(
          own,
          work(first.arrived.value, own).then((done) => ({ number: own, done })),
        );
      }
    }
    if (!next && !over && running.size < width) next = read();
  }

  function read() {
    const asked = Promise.resolve(source.next()).then((arrived) => ({ arrived }));
    // Its fault is thrown where it is awaited, which may be behind a result that is being taken.
    asked.catch(() => {});
    return asked;
  }
}
