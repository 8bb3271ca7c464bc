import type { Runtime } from "../../node/runtime.ts";
import { insertNew } from "../../store/insert-new.ts";
import type { Stored } from "../../store/port.ts";
import { CARRIED_OVER } from "./delegation-record.ts";

const MARK = "delegations";

/** Whether openings and matters of before have their delegations. */
export interface CarriedOver {
  done(): boolean;
  /** How often they were taken back; what {@link finish} is told. */
  times(): number;
  /** Stores that they have, unless that was taken back since. */
  finish(times: number): Promise<void>;
  /** Records came back from the province, which keeps no delegations: what they name is carried over again. */
  takeBack(): Promise<void>;
}

/** Reads how far it is. */
export async function openCarriedOver({ store }: Pick<Runtime, "store">): Promise<CarriedOver> {
  const marks = await store.collection<Stored>(CARRIED_OVER);
  let done = (await marks.get(MARK)) !== undefined;
  let taken = 0;
  return {
    done: () => done,
    times: () => taken,
    async finish(times) {
      if (times !== taken) return;
      await insertNew(marks, { _id: MARK, revision: 1 });
      done = times === taken;
    },
    async takeBack() {
      taken += 1;
      done = false;
      await marks.remove(MARK, 1);
    },
  };
}
