import type { App } from "../../../../proto/gen/ecert/identity/v1/app_pb.ts";
import { useTexts } from "../../text/texts.ts";
import { DaysLeft } from "../days-left.tsx";
import { goodSecrets } from "./app-state.ts";
import { APPS } from "./app-texts.ts";

/** When the newest secret of an app ends. */
export function SecretEnds({ app }: { app: Pick<App, "secrets"> }) {
  const texts = useTexts(APPS);
  const [newest] = goodSecrets(app, new Date());
  if (!newest) return texts.none;
  return newest.ends === "" ? texts.noEnd : <DaysLeft ends={newest.ends} now={new Date()} />;
}
