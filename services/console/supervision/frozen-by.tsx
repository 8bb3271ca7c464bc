import { PersonName } from "../names/names.tsx";

/** Who froze a quarter, by name; a caller that is no member of staff as it is written. */
export function FrozenBy({ caller }: { caller: string }) {
  const [kind, account = ""] = caller.split("/");
  return kind === "staff" ? <PersonName account={account} /> : caller;
}
