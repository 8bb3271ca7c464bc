import { Refusal } from "../../services/client/index.ts";

/** Whether a call is refused with a reason. */
export async function refused(call: Promise<unknown>, reason: string): Promise<boolean> {
  try {
    await call;
    return false;
  } catch (error) {
    return error instanceof Refusal && error.reason === reason;
  }
}
