/** Ids of uses of certificates: what is pressed again before it was answered is the same use, and what comes after that another one. */
export interface UseIds {
  /** The id of a use that is asked for. `use`: what is done with what; anything else is another use. */
  of(use: readonly unknown[]): string;
  /** It was answered: what comes next is another. */
  answered(use: readonly unknown[]): void;
  /** Makes the call that a use stands for, with its id. */
  once<T>(use: readonly unknown[], call: (requestId: string) => Promise<T>): Promise<T>;
}

/** Begins without any. They last as long as the page: a page that is loaded anew begins with a code of its own. */
export function openUseIds(newId: () => string = () => crypto.randomUUID()): UseIds {
  const open = new Map<string, string>();
  const ids: UseIds = {
    of(use) {
      const name = JSON.stringify(use);
      const id = open.get(name) ?? newId();
      open.set(name, id);
      return id;
    },
    answered: (use) => void open.delete(JSON.stringify(use)),
    async once(use, call) {
      const answer = await call(ids.of(use));
      ids.answered(use);
      return answer;
    },
  };
  return ids;
}
