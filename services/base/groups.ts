/** Work that is cheaper for many at once than for each: durable writes, signatures, messages. */
export interface Groups<T, R> {
  /** Adds a member to the next group; resolves or rejects with what its own outcome is. */
  add(member: T): Promise<R>;
  /** Resolves when everything added so far has its outcome. */
  idle(): Promise<void>;
}

/** How large a group becomes at most. One that is heavier than `weight` by itself goes alone. */
export interface GroupLimits<T> {
  members: number;
  weight: number;
  weigh(member: T): number;
}

/**
 * Runs groups one after the other: whoever comes while one runs is in the next, so groups grow with the load and nobody waits for a timer. A lone
 * member begins behind the turn of the loop in which it came. `run` gives one outcome for each member, in order; where it rejects, all of its group fail alike.
 */
export function createGroups<T, R>(
  run: (members: readonly T[]) => Promise<readonly PromiseSettledResult<R>[]>,
  limits: GroupLimits<T>,
): Groups<T, R> {
  type Waiting = { member: T; resolve: (value: R) => void; reject: (cause: unknown) => void };
  let waiting: Waiting[] = [];
  let running = false;
  const idle: (() => void)[] = [];

  function take(): Waiting[] {
    let weight = 0;
    let count = 0;
    for (const { member } of waiting) {
      weight += limits.weigh(member);
      if (count > 0 && (count === limits.members || weight > limits.weight)) break;
      count++;
    }
    const group = waiting.slice(0, count);
    waiting = waiting.slice(count);
    return group;
  }

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      const group = take();
      try {
        const outcomes = await run(group.map(({ member }) => member));
        group.forEach(({ resolve, reject }, place) => {
          const outcome = outcomes[place];
          if (outcome?.status === "fulfilled") resolve(outcome.value);
          else reject(outcome?.reason);
        });
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    running = false;
    for (const wake of idle.splice(0)) wake();
  }

  return {
    add(member) {
      return new Promise<R>((resolve, reject) => {
        waiting.push({ member, resolve, reject });
        if (running) return;
        running = true;
        setImmediate(() => void work());
      });
    },
    idle() {
      return running ? new Promise((resolve) => idle.push(resolve)) : Promise.resolve();
    },
  };
}
